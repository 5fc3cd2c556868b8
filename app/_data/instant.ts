/** Instants in addresses and bodies: epoch milliseconds or ISO 8601. */

const EARLIEST = Date.UTC(2000, 0, 1);
const LATEST = Date.UTC(2100, 0, 1);
/** A zone is asked for: without one the text would mean another instant on every machine. */
const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})$/;

/** Epoch ms; NaN where the text is no instant. */
export function instantOf(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  return ISO.test(text) ? Date.parse(text) : Number.NaN;
}

/** Within the years that events may have. */
export function isEventTime(at: number): boolean {
  return at >= EARLIEST && at < LATEST;
}

export type SpanRequest = { from: number | null; to: number | null; why: null } | { why: string };

/** `from` <= t < `to` of an address; null where it says none. */
export function spanOf(params: URLSearchParams): SpanRequest {
  const [from, to] = [one(params, 'from'), one(params, 'to')];
  for (const [name, at] of [
    ['from', from],
    ['to', to],
  ] as const) {
    if (Number.isNaN(at)) {
      return {
        why: `${name} was expected in epoch milliseconds or ISO 8601 with a zone, like 2023-05-24T22:04:12Z, and came as "${params.get(name)}": correct it.`,
      };
    }
  }
  if (from !== null && to !== null && from >= to) {
    return {
      why: `from was expected before to, and came as ${params.get('from')} and ${params.get('to')}: swap them.`,
    };
  }
  return { from, to, why: null };
}

/** The chosen one of `choices`, the first where none is named, null where another is. */
export function choiceOf<Choice extends string>(
  params: URLSearchParams,
  name: string,
  choices: readonly [Choice, ...Choice[]],
): { value: Choice; why: null } | { value: null; why: string } {
  const text = params.get(name) ?? choices[0];
  const value = choices.find((choice) => choice === text) ?? null;
  if (value !== null) return { value, why: null };
  return {
    value,
    why: `${name} was expected as ${either(choices)}, and came as "${text}": correct it, or leave it out.`,
  };
}

function one(params: URLSearchParams, name: string): number | null {
  const text = params.get(name);
  return text === null || text === '' ? null : instantOf(text);
}

function either(choices: readonly string[]): string {
  return choices.length < 2 ? choices.join('') : `${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`;
}
