/** A broadcast's curve in short, carried on from where it is final: what an overview shows of it. */
import type { Run } from '../numbers/rows.ts';

/** More maxima than this are halved. */
const MOST_MAXIMA = 240;
/** The overview compares with so long ago, s. */
const AGO_SECONDS = 300;

export interface Brief {
  connected: number;
  hearing: number;
  peak: number;
  /** epoch s, the first with the peak; null before the first row */
  peakSecond: number | null;
  peakHearing: number;
  /** connected, summed up over seconds */
  listenerSeconds: number;
  /** connected 5 min before; null where it did not run that long */
  before: number | null;
  /** at most `points` maxima over the whole run */
  spark: number[];
}

export class SummarySoFar {
  /** epoch s of the first row, and after the last second taken */
  readonly from: number;
  next: number;
  connected = 0;
  hearing = 0;
  #peak = 0;
  #peakSecond: number | null = null;
  #peakHearing = 0;
  #listenerSeconds = 0;
  #every = 1;
  #maxima: number[] = [];
  /** the last minutes second by second: connected at `next - 1 - i` at the end */
  #recent: number[] = [];

  constructor(from: number) {
    this.from = from;
    this.next = from;
  }

  copy(): SummarySoFar {
    const copy = new SummarySoFar(this.from);
    copy.next = this.next;
    copy.connected = this.connected;
    copy.hearing = this.hearing;
    copy.#peak = this.#peak;
    copy.#peakSecond = this.#peakSecond;
    copy.#peakHearing = this.#peakHearing;
    copy.#listenerSeconds = this.#listenerSeconds;
    copy.#every = this.#every;
    copy.#maxima = [...this.#maxima];
    copy.#recent = [...this.#recent];
    return copy;
  }

  /** Runs that begin at `next`, without a hole. */
  take(runs: Iterable<Run>): void {
    for (const run of runs) {
      this.connected = run.connected;
      this.hearing = run.hearing;
      const most = run.over?.connected.high ?? run.connected;
      if (this.#peakSecond === null || most > this.#peak) {
        this.#peak = most;
        this.#peakSecond = run.over?.connected.highAt ?? run.second;
      }
      this.#peakHearing = Math.max(this.#peakHearing, run.over?.hearing.high ?? run.hearing);
      this.#listenerSeconds += run.connected * run.span;
      const end = run.second + run.span;
      this.#cover(run.second, end, most);
      for (let i = Math.max(0, run.span - AGO_SECONDS - 1); i < run.span; i++) this.#recent.push(run.connected);
      this.next = end;
    }
    if (this.#recent.length > 4 * AGO_SECONDS) this.#recent.splice(0, this.#recent.length - AGO_SECONDS - 1);
  }

  #cover(second: number, end: number, connected: number): void {
    while (Math.floor((end - 1 - this.from) / this.#every) >= MOST_MAXIMA) {
      const halved: number[] = [];
      for (let i = 0; i < this.#maxima.length; i += 2) {
        halved.push(Math.max(this.#maxima[i] ?? 0, this.#maxima[i + 1] ?? 0));
      }
      this.#maxima = halved;
      this.#every *= 2;
    }
    const last = Math.floor((end - 1 - this.from) / this.#every);
    for (let i = Math.floor((second - this.from) / this.#every); i <= last; i++) {
      this.#maxima[i] = Math.max(this.#maxima[i] ?? 0, connected);
    }
  }

  brief(points: number): Brief {
    const per = Math.max(1, Math.ceil(this.#maxima.length / points));
    const spark: number[] = [];
    for (let i = 0; i < this.#maxima.length; i += per) spark.push(Math.max(...this.#maxima.slice(i, i + per)));
    return {
      connected: this.connected,
      hearing: this.hearing,
      peak: this.#peak,
      peakSecond: this.#peakSecond,
      peakHearing: this.#peakHearing,
      listenerSeconds: this.#listenerSeconds,
      before: this.#recent.at(-1 - AGO_SECONDS) ?? null,
      spark,
    };
  }
}
