/** The few numbers of a second that forensics asks of the rows, kept only where they change: a log may span months. */
import type { Run } from '../numbers/rows.ts';

export type TimelineRun = Pick<Run, 'second' | 'span' | 'connected' | 'suspect' | 'newlySuspect'>;

export class Timeline {
  /** epoch s of the first and the last row; NaN where there are none */
  readonly first: number;
  readonly last: number;
  /** level of listeners in doubt at the last row */
  readonly suspectNow: number;
  #begins: Float64Array;
  #connected: Float64Array;
  #newlySuspect: Float64Array;

  /** `runs` in order, without gaps. */
  constructor(runs: readonly TimelineRun[]) {
    const last = runs.at(-1);
    this.first = runs[0]?.second ?? Number.NaN;
    this.last = last ? last.second + last.span - 1 : Number.NaN;
    this.suspectNow = last?.suspect ?? 0;
    this.#begins = Float64Array.from(runs, (run) => run.second);
    this.#connected = Float64Array.from(runs, (run) => run.connected);
    this.#newlySuspect = Float64Array.from(runs, (run) => run.newlySuspect);
  }

  /** Audience at a second; 0 outside the rows. */
  connectedAt(second: number): number {
    if (!(second >= this.first && second <= this.last)) return 0;
    return this.#connected[this.#runAt(second)] ?? 0;
  }

  /** Audience at each second of from … to; both within the rows. */
  connected(from: number, to: number): Float64Array {
    const out = new Float64Array(Math.max(0, to - from + 1));
    let run = this.#runAt(from);
    for (let i = 0; i < out.length; i++) {
      while ((this.#begins[run + 1] ?? Number.POSITIVE_INFINITY) <= from + i) run++;
      out[i] = this.#connected[run] ?? 0;
    }
    return out;
  }

  /** Σ over the rows from … to: listeners newly suspect, and listener-seconds connected. */
  sums(from: number, to: number): { newlySuspect: number; connected: number } {
    let newlySuspect = 0;
    let connected = 0;
    const begin = Math.max(from, this.first);
    const end = Math.min(to, this.last);
    for (let run = this.#runAt(begin); run < this.#begins.length; run++) {
      const at = this.#begins[run] ?? 0;
      if (at > end) break;
      const until = Math.min(end + 1, this.#begins[run + 1] ?? this.last + 1);
      connected += (this.#connected[run] ?? 0) * Math.max(0, until - Math.max(at, begin));
      if (at >= begin) newlySuspect += this.#newlySuspect[run] ?? 0;
    }
    return { newlySuspect, connected };
  }

  /** Index of the run that holds `second`. */
  #runAt(second: number): number {
    let low = 0;
    let high = this.#begins.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#begins[middle] ?? 0) <= second) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }
}
