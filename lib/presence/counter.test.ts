import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryListenerEvent } from '../event/arbitrary.ts';
import type { ListenerEvent } from '../event/event.ts';
import { parseRecord } from '../event/parse.ts';
import { COUNT_NAMES } from '../numbers/second.ts';
import { BroadcastCounter, type Flushed } from './counter.ts';
import type { JournalPage } from './journal.ts';
import type { Stay } from './stay.ts';
import type { CounterSummary } from './summary.ts';

const OPTIONS = { defaultHeartbeatMs: 0, breakdowns: ['edge', 'client'], keepState: true };
const MINUTE = 60_000;

/** Sums what counters hand out, as a store does. */
class Sink {
  rows = new Map<string, number>();
  stays: Stay[] = [];
  open = new Map<string, Stay[]>();

  take(flushed: Flushed): void {
    for (const { group, second, counts } of flushed.rows) {
      for (const [i, name] of COUNT_NAMES.entries()) {
        const key = [group.room, group.attribute, group.value, second, name].join('|');
        const sum = (this.rows.get(key) ?? 0) + (counts[i] ?? 0);
        if (sum === 0) this.rows.delete(key);
        else this.rows.set(key, sum);
      }
    }
    this.stays.push(...flushed.finalStays);
    for (const { listener, stays } of flushed.openStays) this.open.set(listener, stays);
  }

  result(): { rows: Record<string, number>; stays: string[]; open: number } {
    return {
      rows: Object.fromEntries([...this.rows].sort()),
      stays: this.stays.map((s) => JSON.stringify(s)).sort(),
      open: [...this.open.values()].flat().length,
    };
  }
}

interface Run {
  log: readonly ListenerEvent[];
  roomEnd?: number;
  slices?: number;
  /** advance and flush after each event whose position is in here */
  pauses?: ReadonlySet<number>;
  /** save, forget and restore at these pauses */
  restarts?: ReadonlySet<number>;
  /** it is still going on: the log is not complete */
  goesOn?: boolean;
}

function count({
  log,
  roomEnd,
  slices = 1,
  pauses = new Set(),
  restarts = new Set(),
  goesOn = false,
}: Run): ReturnType<Sink['result']> {
  const sink = new Sink();
  let counters = Array.from({ length: slices }, () => new BroadcastCounter(OPTIONS));
  const journals = counters.map((): JournalPage[] => []);
  const flush = (): void => {
    for (const [i, c] of counters.entries()) {
      const flushed = c.flush();
      sink.take(flushed);
      const page = flushed.journal;
      if (page !== null) journals[i] = [...(journals[i] ?? []).filter((p) => p.number >= page.keptFrom), page];
    }
  };
  if (roomEnd !== undefined) for (const c of counters) c.endRoom('main', roomEnd);
  let newest = Number.NEGATIVE_INFINITY;
  for (const [i, event] of log.entries()) {
    newest = Math.max(newest, event.ts);
    counters[event.listener.charCodeAt(0) % slices]?.apply(event);
    if (!pauses.has(i)) continue;
    for (const c of counters) c.advance(newest - 5_000, newest - 5_000);
    flush();
    if (!restarts.has(i)) continue;
    counters = counters.map((c, k) => {
      const summary: CounterSummary = JSON.parse(JSON.stringify(c.summary));
      const next = new BroadcastCounter(OPTIONS, summary);
      for (const { number, bytes } of journals[k] ?? []) next.restore(number, bytes);
      next.resume();
      return next;
    });
  }
  if (!goesOn) {
    for (const c of counters) c.advance(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
    flush();
  }
  return sink.result();
}

/** Many events over half an hour, none later than 100 s, with copies. */
const logs = fc
  .array(
    fc.record({
      event: arbitraryListenerEvent({
        windowMs: 30 * MINUTE,
        ids: 40,
        heartbeatPeriodsMs: [10_000, 0, 5_001, 1, 40_000],
      }),
      delay: fc.nat({ max: 100_000 }),
      copyAfter: fc.option(fc.nat({ max: 20_000 })),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map((entries) =>
    entries
      .flatMap(({ event, delay, copyAfter }) => [
        { event, at: event.ts + delay },
        ...(copyAfter === null ? [] : [{ event, at: event.ts + Math.min(100_000, delay + copyAfter) }]),
      ])
      .sort((a, b) => a.at - b.at)
      .map(({ event }) => event),
  );
const START = Date.UTC(2026, 0, 1, 20);

/** Ann joins at once and is silent; Bob comes to comment. */
function said(after: number): ListenerEvent {
  const isAnn = after === 0;
  const bytes = JSON.stringify({
    type: isAnn ? 'join' : 'comment',
    ts: START + after,
    broadcast: 'demo',
    listener: isAnn ? 'ann' : 'bob',
    heartbeatMs: isAnn ? 10_000 : null,
  });
  const parsed = parseRecord(Buffer.from(bytes), null);
  if (parsed.kind !== 'event' || !('listener' in parsed.event)) throw new Error(`An event was expected: ${bytes}`);
  return parsed.event;
}

const positions = fc.array(fc.nat({ max: 80 }), { maxLength: 30 }).map((list) => new Set(list));
const RUNS = { numRuns: Number(process.env.PROPERTY_RUNS ?? 300) };

describe('the counter of a partition', () => {
  it('gives the same final numbers however often it is asked in between', () => {
    fc.assert(
      fc.property(logs, positions, (log, pauses) => {
        expect(count({ log, pauses })).toEqual(count({ log }));
      }),
      RUNS,
    );
  });

  it('gives the same final numbers after any restart', () => {
    fc.assert(
      fc.property(logs, positions, (log, pauses) => {
        expect(count({ log, pauses, restarts: pauses })).toEqual(count({ log }));
      }),
      RUNS,
    );
  });

  it('tells at every pause, after any restart, what one tells that hears it all at once', () => {
    fc.assert(
      fc.property(logs, positions, positions, (whole, pauses, restarts) => {
        const last = Math.max(0, ...[...pauses].filter((i) => i < whole.length));
        const log = whole.slice(0, last + 1);
        const at = new Set([...pauses, last]);
        expect(count({ log, pauses: at, restarts, goesOn: true }).rows).toEqual(
          count({ log, pauses: new Set([last]), goesOn: true }).rows,
        );
      }),
      RUNS,
    );
  });

  it('shows a silence while it lasts, though nothing comes of who is silent', () => {
    const log = [0, 4_000, 8_000, 12_000, 16_000, 20_000].map((after) => said(after));
    const everyOne = new Set(log.keys());
    const { rows } = count({ log, pauses: everyOne, goesOn: true });
    expect(rows[`|||${START / 1000 + 13}|newlySuspect`]).toBe(1);
    expect(rows[`|||${START / 1000 + 13}|suspect`]).toBe(1);
  });

  it('gives the same final numbers for 1, 3 and 12 slices, with a room that ends', () => {
    fc.assert(
      fc.property(logs, positions, fc.nat({ max: 30 * MINUTE }), (log, pauses, end) => {
        const roomEnd = Date.UTC(2026, 0, 1, 20) + end;
        const one = count({ log, roomEnd });
        expect(count({ log, roomEnd, pauses, slices: 3 })).toEqual(one);
        expect(count({ log, roomEnd, pauses, slices: 12 })).toEqual(one);
      }),
      RUNS,
    );
  });

  it('gives the same final numbers for any order and any copies', () => {
    fc.assert(
      fc.property(
        logs.chain((log) =>
          fc.tuple(fc.constant(log), fc.shuffledSubarray([...log, ...log.slice(0, 5)], { minLength: log.length })),
        ),
        ([log, shuffled]) => {
          const strip = (r: ReturnType<typeof count>) => ({
            ...r,
            rows: Object.fromEntries(Object.entries(r.rows).filter(([key]) => !key.endsWith('|duplicates'))),
          });
          const all = [...log, ...shuffled];
          expect(strip(count({ log: all }))).toEqual(strip(count({ log })));
        },
      ),
      RUNS,
    );
  });
});
