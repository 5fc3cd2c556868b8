/** Reads single settings out of an environment. What does not fit becomes a problem, one sentence, and the default stands in. */

export type Env = Readonly<Record<string, string | undefined>>;

export interface SettingReader {
  /** what was expected, what came, what to do; in the order of reading */
  readonly problems: readonly string[];
  problem(sentence: string): void;
  /** the value without blanks around it; null where unset or empty */
  text(name: string): string | null;
  /** a whole number, both ends included */
  integer(name: string, fallback: number, min: number, max: number): number;
  choice<T extends string>(name: string, choices: readonly T[], fallback: T): T;
  flag(name: string): boolean;
  /** names separated by commas, each once, in their order; `none` is the empty list */
  list(name: string, fallback: readonly string[], limits: { items: number; length: number }): string[];
}

export function settingReader(env: Env): SettingReader {
  const problems: string[] = [];
  const problem = (sentence: string) => void problems.push(sentence);

  function text(name: string): string | null {
    const value = env[name]?.trim();
    return value ? value : null;
  }

  function integer(name: string, fallback: number, min: number, max: number): number {
    const value = text(name);
    if (value === null) return fallback;
    const number = Number(value);
    if (/^\d+$/.test(value) && number >= min && number <= max) return number;
    problem(
      `${name} must be a whole number from ${min} to ${max}, not "${value}": correct it, or leave it out for ${fallback}.`,
    );
    return fallback;
  }

  function choice<T extends string>(name: string, choices: readonly T[], fallback: T): T {
    const value = text(name);
    if (value === null) return fallback;
    const chosen = choices.find((candidate) => candidate === value.toLowerCase());
    if (chosen !== undefined) return chosen;
    problem(
      `${name} must be one of ${choices.join(', ')}, not "${value}": choose one, or leave it out for ${fallback}.`,
    );
    return fallback;
  }

  function flag(name: string): boolean {
    return choice(name, ['true', 'false'], 'false') === 'true';
  }

  function list(name: string, fallback: readonly string[], limits: { items: number; length: number }): string[] {
    const value = text(name);
    if (value === null) return [...fallback];
    if (value === 'none') return [];
    const names = [...new Set(value.split(',').map((part) => part.trim()))];
    if (names.length <= limits.items && names.every((part) => part !== '' && part.length <= limits.length)) {
      return names;
    }
    problem(
      `${name} must be at most ${limits.items} names of 1 to ${limits.length} characters, separated by commas, not "${value}": ` +
        `correct it, set it to none, or leave it out for ${fallback.join(',')}.`,
    );
    return [...fallback];
  }

  return { problems, problem, text, integer, choice, flag, list };
}
