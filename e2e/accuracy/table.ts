/** The scores of many streams as one table of text. */
import type { RecordingResult } from './recordings.ts';
import type { StreamScore, TruthScore } from './score.ts';

export interface TableRow {
  name: string;
  scores: readonly StreamScore[];
}

const HEADINGS = [
  'streams',
  'truths',
  'precision',
  'recall',
  'F1',
  'false/24h',
  'small',
  'delay p50',
  'p90 s',
  'onset p50 s',
  'end p50 s',
  'lost min',
  'return',
  'cause',
];

/** `small`: how many of the false windows are real faults of fewer listeners than count. */
export function table(title: string, rows: readonly TableRow[]): string {
  return aligned([[title, ...HEADINGS], ...rows.map(cells)]);
}

export function recordingTable(rows: readonly RecordingResult[]): string {
  return aligned([
    ['real recordings', 'hours', 'truths', 'found', 'others', 'a truth is'],
    ...rows.map((r) => [r.name, r.hours.toFixed(0), `${r.truths}`, `${r.found}`, `${r.others}`, r.note]),
  ]);
}

function cells({ name, scores }: TableRow): string[] {
  const truths = scores.flatMap((score) => score.truths);
  const found = truths.filter((truth) => truth.found);
  const wrong = scores.reduce((sum, score) => sum + score.falseAt.length, 0);
  const hours = scores.reduce((sum, score) => sum + score.hours, 0);
  const precision = ratio(found.length, found.length + wrong);
  const recall = ratio(found.length, truths.length);
  const named = found.filter((truth) => truth.causeNamed !== null);
  const claims = found.some((truth) => truth.lostMinutesError !== null);
  return [
    name,
    `${scores.length}`,
    `${truths.length}`,
    share(precision),
    share(recall),
    share(precision === null || recall === null ? null : harmonic(precision, recall)),
    hours === 0 ? '' : ((24 * wrong) / hours).toFixed(2),
    `${scores.reduce((sum, score) => sum + score.small, 0)}`,
    quantileText(found, 'delay', 0.5, 1),
    quantileText(found, 'delay', 0.9, 1),
    quantileText(found, 'onsetError', 0.5, 2),
    quantileText(found, 'serviceEndError', 0.5, 1),
    percent(quantile(values(found, 'lostMinutesError'), 0.5)),
    percent(quantile(values(found, 'returnRateError'), 0.5)),
    claims && named.length > 0 ? percent(ratio(named.filter((t) => t.causeNamed).length, named.length)) : '',
  ];
}

type Measure = 'delay' | 'onsetError' | 'serviceEndError' | 'lostMinutesError' | 'returnRateError';

function values(truths: readonly TruthScore[], of: Measure): number[] {
  return truths.map((truth) => truth[of]).filter((value) => value !== null);
}

function quantileText(truths: readonly TruthScore[], of: Measure, q: number, digits: number): string {
  return quantile(values(truths, of), q)?.toFixed(digits) ?? '';
}

/** The smallest value that at least the share `q` does not exceed; null of none. */
export function quantile(of: readonly number[], q: number): number | null {
  const sorted = [...of].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? null;
}

function harmonic(a: number, b: number): number {
  return a + b === 0 ? 0 : (2 * a * b) / (a + b);
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

function share(value: number | null): string {
  return value?.toFixed(3) ?? '';
}

function percent(value: number | null): string {
  return value === null ? '' : `${(100 * value).toFixed(1)} %`;
}

function aligned(lines: readonly (readonly string[])[]): string {
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? [];
  return lines
    .map((line) =>
      line
        .map((cell, i) =>
          i === 0 || i === line.length - 1 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
