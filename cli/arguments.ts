/** Command lines, parsed once: exact values come out, or a `UsageError` of one sentence. */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { databaseTrouble } from '../lib/store/store-error.ts';

/** Wrong usage: exit code 2. The message is one sentence, without the name of the command. */
export class UsageError extends Error {
  override name = 'UsageError';
}

type Options = NonNullable<ParseArgsConfig['options']>;
type Parsed<T extends Options> = ReturnType<
  typeof parseArgs<{ args: string[]; options: T; allowPositionals: true; strict: true }>
>;

/**
 * Parses strictly. `positionals` names what must stand without a dash, in order; a name in brackets (`[FILE]`) may be
 * left out. Throws `UsageError` for an unknown option, a missing value, too few or too many positionals.
 */
export function parseCommand<T extends Options>(
  args: string[],
  options: T,
  positionals: readonly string[] = [],
): { values: Parsed<T>['values']; positionals: string[] } {
  const parsed = strictly({ args, options, allowPositionals: true, strict: true });
  const given = parsed.positionals;
  const missing = positionals.find((name, index) => given[index] === undefined && !name.startsWith('['));
  if (missing !== undefined) throw new UsageError(`${missing} is missing`);
  const surplus = given[positionals.length];
  if (surplus !== undefined) throw new UsageError(`"${surplus}" is one argument too many`);
  return { values: parsed.values, positionals: given };
}

function strictly<T extends Options>(config: {
  args: string[];
  options: T;
  allowPositionals: true;
  strict: true;
}): Parsed<T> {
  try {
    return parseArgs(config);
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(text.split(/[\n.](?:\s|$)/)[0] ?? text, { cause });
  }
}

/** Whether `--help` or `-h` stands among the arguments (before a lone `--`). */
export function wantsHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  const options = end < 0 ? args : args.slice(0, end);
  return options.includes('--help') || options.includes('-h');
}

/** A finite number within [min, max], or a `UsageError`. Undefined (the option was not given) stays undefined. */
export function numberOption(
  name: string,
  text: string | undefined,
  { min, max, integer = false }: { min: number; max: number; integer?: boolean },
): number | undefined {
  if (text === undefined) return undefined;
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(value) || value < min || value > max || (integer && !Number.isInteger(value))) {
    const kind = integer ? 'a whole number' : 'a number';
    throw new UsageError(`--${name} must be ${kind} from ${min} to ${max}, not "${text}"`);
  }
  return value;
}

/** An instant as ISO 8601 (a time without a zone is UTC) or as epoch milliseconds; returns epoch milliseconds. */
export function instantOption(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d{11,}$/.test(text) ? Number(text) : Date.parse(hasZone(text) ? text : `${text}Z`);
  if (!Number.isSafeInteger(value)) {
    throw new UsageError(`--${name} must be a time such as 2023-05-24T22:00:00Z or epoch milliseconds, not "${text}"`);
  }
  return value;
}

function hasZone(text: string): boolean {
  return !text.includes('T') || /(?:Z|[+-]\d\d:?\d\d)$/i.test(text);
}

/** One of a closed list, or a `UsageError` that names the list. */
export function choiceOption<T extends string>(
  name: string,
  text: string | undefined,
  choices: readonly T[],
): T | undefined {
  if (text === undefined) return undefined;
  const found = choices.find((choice) => choice === text);
  if (found === undefined) throw new UsageError(`--${name} must be one of ${choices.join(', ')}, not "${text}"`);
  return found;
}

/**
 * Runs a command's body and turns what it throws into an exit code: 2 and a hint to `--help` for a `UsageError`, 1 and
 * one sentence for anything else.
 */
export async function asExitCode(
  command: string,
  body: () => Promise<number>,
  stderr: { write(text: string): unknown } = process.stderr,
): Promise<number> {
  try {
    return await body();
  } catch (error) {
    const said = databaseTrouble(error) ?? (error instanceof Error ? error.message : String(error));
    const sentence = said.replace(/[.\s]+$/, '');
    if (error instanceof UsageError) {
      stderr.write(`headcount ${command}: ${sentence}. See \`headcount ${command} --help\`.\n`);
      return 2;
    }
    stderr.write(`headcount ${command}: ${sentence}.\n`);
    return 1;
  }
}
