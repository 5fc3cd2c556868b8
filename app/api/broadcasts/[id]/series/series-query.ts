/** The parameters of `/series`, parsed once. */
import { spanOf } from '../../../../_data/instant.ts';

export type SeriesRequest =
  | { kind: 'good'; from: number | null; to: number | null; step: number; format: 'json' | 'csv' }
  | { kind: 'bad'; why: string };

const LONGEST_STEP = 86_400;

/** Instants come out in epoch ms, the step in seconds. */
export function parseSeriesQuery(params: URLSearchParams): SeriesRequest {
  const span = spanOf(params);
  if (span.why !== null) return { kind: 'bad', why: span.why };
  const stepText = params.get('step') ?? '1s';
  const step = Number(/^(\d{1,5})s?$/.exec(stepText)?.[1] ?? Number.NaN);
  if (!(step >= 1 && step <= LONGEST_STEP)) {
    return bad(`step was expected as whole seconds like 10s, at most ${LONGEST_STEP}s, and came as "${stepText}".`);
  }
  const format = params.get('format') ?? 'json';
  if (format !== 'json' && format !== 'csv') return bad(`format was expected as json or csv, and came as "${format}".`);
  return { kind: 'good', from: span.from, to: span.to, step, format };
}

function bad(why: string): SeriesRequest {
  return { kind: 'bad', why };
}
