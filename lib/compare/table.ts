/** Streams beside a broadcast, by one kind of number: values, differences and ratios. */
import type { Report } from '../numbers/report.ts';
import { isAlarm } from '../series/span.ts';
import { type Gate, gateFor } from './gate.ts';
import type { Kind } from './kind.ts';
import type { OtherStream, StreamFigure } from './other-stream.ts';

export interface ComparedRow {
  stream: OtherStream;
  figure: StreamFigure;
  /** the other's value less this broadcast's */
  difference: number;
  /** the other's value over this broadcast's; null where that is 0 */
  ratio: number | null;
}

export interface Comparison {
  kind: Kind;
  /** this broadcast's own figure; null where it has none of the kind, and then nothing is compared */
  own: StreamFigure | null;
  /** largest first */
  rows: ComparedRow[];
  leftOut: { stream: OtherStream; gate: Gate & { open: false } }[];
}

export function compareBy(kind: Kind, own: OtherStream, others: readonly OtherStream[]): Comparison {
  const kinds = new Set(own.figures.map((figure) => figure.kind));
  const mine = own.figures.find((figure) => figure.kind === kind) ?? null;
  const comparison: Comparison = { kind, own: mine, rows: [], leftOut: [] };
  for (const stream of others) {
    const gate = gateFor(kind, stream, kinds);
    if (!gate.open) comparison.leftOut.push({ stream, gate });
    else if (mine !== null) {
      const ratio = mine.value === 0 ? null : gate.figure.value / mine.value;
      comparison.rows.push({ stream, figure: gate.figure, difference: gate.figure.value - mine.value, ratio });
    }
  }
  comparison.rows.sort((a, b) => b.figure.value - a.figure.value);
  return comparison;
}

/** Joins per second carried elsewhere without a crash window, against the rate at which this broadcast broke. */
export interface Capacity {
  broadcast: string;
  joinsPerSecondMax: number | null;
  attemptsPerSecondMax: number | null;
  /** the rate it could not exceed while joins failed; null where that never was */
  ceilingPerSecond: number | null;
  crashWindows: number;
}

export function capacityOf(report: Report): Capacity {
  return {
    broadcast: report.broadcast,
    joinsPerSecondMax: report.demand?.joinsPerSecondMax ?? null,
    attemptsPerSecondMax: report.demand?.attemptsPerSecondMax ?? null,
    ceilingPerSecond: report.demand?.ceilingPerSecond ?? null,
    crashWindows: report.crashWindows.filter(isAlarm).length,
  };
}
