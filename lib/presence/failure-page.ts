/** Failed attempts by listener as bytes: what a flush adds, listener after listener. */
import { ByteReader, type ByteWriter } from './bytes.ts';
import type { Roster } from './roster.ts';

/** An id and a count are smaller than this, and so is a failure, bytes. */
const HEAD_BYTES = 528;
const FAILURE_BYTES = 8;
/** failures of a listener looked back at */
const FEW = 32;

/** `steps`: listener's row, second, by join (1) or not (0), sign; those of a listener come together. */
export function writeFailures(steps: readonly number[], roster: Roster, out: ByteWriter): Uint8Array | null {
  for (let from = 0; from < steps.length; ) {
    const listener = steps[from] ?? 0;
    let to = from;
    while (to < steps.length && steps[to] === listener) to += 4;
    const codes = netOf(steps, from, to);
    from = to;
    if (codes.length === 0) continue;
    out.reserve(HEAD_BYTES + FAILURE_BYTES * codes.length);
    roster.writeListenerId(out, listener);
    out.number(codes.length);
    for (const code of codes) out.number(code);
  }
  return out.length === 0 ? null : out.take();
}

/** second · 4 + by join · 2 + (1: one more, 0: one less); what is taken back and put in again is left out */
function netOf(steps: readonly number[], from: number, to: number): number[] {
  const codes: number[] = [];
  for (let i = from; i < to; i += 4) {
    const code = (steps[i + 1] ?? 0) * 4 + (steps[i + 2] ?? 0) * 2 + (steps[i + 3] === 1 ? 1 : 0);
    const opposite = placeOf(code % 2 === 1 ? code - 1 : code + 1, codes);
    if (opposite < 0) codes.push(code);
    else codes.splice(opposite, 1);
  }
  return codes;
}

/** Among the last few: what is further back is added up by whoever reads. */
function placeOf(code: number, codes: readonly number[]): number {
  for (let i = codes.length - 1; i >= Math.max(0, codes.length - FEW); i--) if (codes[i] === code) return i;
  return -1;
}

/** Failed attempts of one listener. */
export interface ListenerFailures {
  listener: string;
  /** each second once, epoch s, in no order */
  seconds: number[];
}

/** Every failed attempt that stands in the sum of the pages. */
export function failedAttemptsIn(pages: readonly Uint8Array[], byJoin: boolean): ListenerFailures[] {
  /** by listener how many stand in a second */
  const timesOf = new Map<string, Map<number, number>>();
  for (const page of pages) {
    const from = new ByteReader(page);
    while (!from.isAtEnd) {
      const listener = from.text();
      let times = timesOf.get(listener);
      if (times === undefined) {
        times = new Map();
        timesOf.set(listener, times);
      }
      for (let count = from.number(); count > 0; count--) {
        const code = from.number();
        if (code % 4 >= 2 !== byJoin) continue;
        const second = Math.floor(code / 4);
        times.set(second, (times.get(second) ?? 0) + (code % 2 === 1 ? 1 : -1));
      }
    }
  }
  const found: ListenerFailures[] = [];
  for (const [listener, times] of timesOf) {
    const seconds: number[] = [];
    for (const [second, n] of times) if (n > 0) seconds.push(second);
    if (seconds.length > 0) found.push({ listener, seconds });
  }
  return found;
}
