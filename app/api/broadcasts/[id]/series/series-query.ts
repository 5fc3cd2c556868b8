/** The parameters of `/series`, parsed once. */

export type SeriesRequest =
  | { kind: 'good'; from: number | null; to: number | null; step: number; format: 'json' | 'csv' }
  | { kind: 'bad'; why: string };

const LONGEST_STEP = 86_400;

/** Instants come out in epoch ms, the step in seconds. */
export function parseSeriesQuery(params: URLSearchParams): SeriesRequest {
  const from = instant(params.get('from'));
  const to = instant(params.get('to'));
  for (const [name, value] of [
    ['from', from],
    ['to', to],
  ] as const) {
    if (Number.isNaN(value)) {
      return bad(`${name} was expected in epoch milliseconds or ISO 8601, and came as "${params.get(name)}".`);
    }
  }
  const stepText = params.get('step') ?? '1s';
  const step = Number(/^(\d{1,5})s?$/.exec(stepText)?.[1] ?? Number.NaN);
  if (!(step >= 1 && step <= LONGEST_STEP)) {
    return bad(`step was expected as whole seconds like 10s, at most ${LONGEST_STEP}s, and came as "${stepText}".`);
  }
  const format = params.get('format') ?? 'json';
  if (format !== 'json' && format !== 'csv') return bad(`format was expected as json or csv, and came as "${format}".`);
  return { kind: 'good', from, to, step, format };
}

/** Null where absent, NaN where it is no instant. */
function instant(text: string | null): number | null {
  if (text === null || text === '') return null;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  return /^\d{4}-\d{2}-\d{2}T/.test(text) ? Date.parse(text) : Number.NaN;
}

function bad(why: string): SeriesRequest {
  return { kind: 'bad', why };
}
