/** What a second costs the detector of crash windows: early and late in a broadcast, with attribute values beside, and where nothing happens. */
import { LossDetector, type ValueRows } from '../../lib/crash/detector.ts';
import type { LossRow } from '../../lib/crash/reading.ts';
import { valueKey } from '../../lib/crash/value-watch.ts';
import { createRandom, poisson } from '../../lib/simulate/random.ts';
import { measured } from './measure.ts';

const AUDIENCE = 50_000;
/** Leaving and coming of a second, listeners. */
const CHURN = 30;
const ROWS_S = 900;
const VALUES = 20;

/** Rows with a crash at their end, to be taken again and again: what is measured makes nothing. */
function evening(values: number): { row: LossRow; of: ValueRows }[] {
  const random = createRandom(1, 9);
  const churn = (): number => poisson(random, CHURN);
  return Array.from({ length: ROWS_S }, (_, second) => {
    const crash = second >= ROWS_S - 5 ? 800 : 0;
    const of = new Map<string, LossRow>();
    for (let v = 0; v < values; v++) {
      const some = poisson(random, CHURN / values);
      of.set(valueKey('edge', `${v}`), rowOf(second, some, some, 0, AUDIENCE / values));
    }
    return { row: rowOf(second, churn() + crash, churn(), crash, AUDIENCE), of };
  });
}

/** Processor time of a second, µs. */
function busy(detector: LossDetector, from: number, seconds: number, rows: ReturnType<typeof evening>): number {
  const { processorMs } = measured(() => {
    for (let second = from; second < from + seconds; second++) {
      const next = rows[second % ROWS_S];
      if (next === undefined) continue;
      next.row.second = second;
      detector.step(next.row, next.of);
    }
  });
  return (processorMs * 1000) / seconds;
}

function rowOf(second: number, ended: number, began: number, dropped: number, connected: number): LossRow {
  const levels = { second, connected, hearing: Math.round(0.95 * connected), ended, began, joins: began };
  return {
    ...levels,
    dropped,
    handedOver: 0,
    newlySuspect: 1,
    newlyStalled: 2,
    newListeners: began,
    failuresByJoin: 0,
  };
}

function quiet(detector: LossDetector, from: number, seconds: number): number {
  const still = { ...rowOf(0, 0, 0, 0, 200), newlySuspect: 0, newlyStalled: 0 };
  const { processorMs } = measured(() => {
    for (let second = from; second < from + seconds; second++) {
      if (!detector.rest(second)) detector.step({ ...still, second });
    }
  });
  return (processorMs * 1000) / seconds;
}

export function detector(seconds: number): string[] {
  const us = (value: number): string => `${value.toFixed(2)} µs`;
  const plain = evening(0);
  const valued = evening(VALUES);
  // the first of all is compiled on the way
  for (const rows of [plain, valued]) busy(new LossDetector(), 0, 20 * ROWS_S, rows);
  const alone = new LossDetector();
  const early = busy(alone, 0, seconds / 10, plain);
  busy(alone, seconds / 10, (8 * seconds) / 10, plain);
  const late = busy(alone, (9 * seconds) / 10, seconds / 10, plain);
  const beside = busy(new LossDetector(), 0, seconds / 10, valued);
  const nothing = quiet(new LossDetector(), 0, 10 * seconds);
  return [
    `detector, a second: ${us(early)} in the first tenth of ${seconds.toLocaleString('en')}, ${us(late)} in the last; ${us(beside)} with ${VALUES} attribute values; ${us(nothing)} where nothing happens`,
  ];
}
