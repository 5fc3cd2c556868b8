/** The audience at an instant or within a stretch, from the rows of a broadcast. */
import type { CrashWindow } from '../numbers/report.ts';
import type { Between, SecondRow, ValueState } from '../numbers/second.ts';
import { telemetryGaps } from '../series/span.ts';

export interface Level {
  connected: number;
  hearing: number | null;
  state: ValueState;
  rev: number | null;
}

export interface Peaks {
  connected: number;
  connectedAt: number;
  hearing: number | null;
  hearingAt: number | null;
  state: ValueState;
  rev: number | null;
}

export interface Levels {
  /** at the second that contains the instant, epoch ms; null where no row covers it or a source was silent */
  at(instant: number): Level | null;
  /** most at one second in [from, to), epoch ms; null without a row there */
  within(from: number, to: number): Peaks | null;
}

const ORDER: readonly ValueState[] = ['live', 'provisional', 'settled', 'final'];

/** `rows` ascend by second; seconds may be missing. */
export function levelsOf(rows: readonly SecondRow[], windows: readonly CrashWindow[]): Levels {
  const gaps = telemetryGaps(windows);
  const silent = (at: number): boolean => gaps.some((gap) => at >= gap.from && (gap.to === null || at <= gap.to));
  return {
    at(instant) {
      const second = Math.floor(instant / 1000);
      const row = rows[firstFrom(rows, second + 1) - 1];
      if (row === undefined || row.second + (row.rolled?.seconds ?? 1) <= second || silent(second * 1000)) return null;
      // of rolled-up seconds only the level is known that none of them left
      if (row.rolled && !(isConstant(row.rolled.connected) && isConstant(row.rolled.hearing))) return null;
      return { connected: row.connected, hearing: row.hearing, state: row.state, rev: row.rev };
    },
    within(from, to) {
      let peaks: Peaks | null = null;
      for (let index = firstFrom(rows, Math.ceil(from / 1000)); index < rows.length; index++) {
        const row = rows[index];
        if (row === undefined || row.second * 1000 >= to) break;
        const most = atMost(row, from, to);
        peaks = peaks === null ? most : grow(peaks, most);
      }
      return peaks;
    },
  };
}

/** A broadcast without rows. */
export const NO_LEVELS: Levels = { at: () => null, within: () => null };

function isConstant({ low, high }: Between): boolean {
  return low === high;
}

/** The most that a row has; of rolled-up seconds the highest one where it lies in [from, to), epoch ms, else their mean. */
function atMost(row: SecondRow, from: number, to: number): Peaks {
  const { second, connected, hearing, state, rev, rolled } = row;
  const most = (value: number, between: Between | undefined): [value: number, at: number] => {
    const at = (between?.highAt ?? second) * 1000;
    return between !== undefined && at >= from && at < to ? [between.high, at] : [value, second * 1000];
  };
  const [connectedMost, connectedAt] = most(connected, rolled?.connected);
  const [hearingMost, hearingAt] = hearing === null ? [null, null] : most(hearing, rolled?.hearing);
  return { connected: connectedMost, connectedAt, hearing: hearingMost, hearingAt, state, rev };
}

function grow(peaks: Peaks, row: Peaks): Peaks {
  if (row.connected > peaks.connected) {
    peaks.connected = row.connected;
    peaks.connectedAt = row.connectedAt;
  }
  if (row.hearing !== null && (peaks.hearing === null || row.hearing > peaks.hearing)) {
    peaks.hearing = row.hearing;
    peaks.hearingAt = row.hearingAt;
  }
  if (ORDER.indexOf(row.state) < ORDER.indexOf(peaks.state)) peaks.state = row.state;
  if (row.rev === null) peaks.rev = null;
  return peaks;
}

/** Index of the first row at or after `second`. */
function firstFrom(rows: readonly SecondRow[], second: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.second ?? Number.POSITIVE_INFINITY) < second) low = middle + 1;
    else high = middle;
  }
  return low;
}
