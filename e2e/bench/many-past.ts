/** Thousands of broadcasts that are over, put into a store as its upkeep keeps them: nobody counts them again. */
import { openTables, openWriteStore } from '../../lib/store/open.ts';
import { putPast } from '../../lib/store/past.ts';
import type { BroadcastSummary } from '../../lib/store/store.ts';

const HOUR_MS = 3_600_000;

export interface Past {
  broadcast: string;
  title: string;
  peak: number;
  crashed: boolean;
}

/** `past-0001` ended an hour before `endedAt` (epoch ms), each other an hour before the one of the number before; newest first. */
export async function fillWithPast(url: string, many: number, endedAt: number): Promise<Past[]> {
  await (await openWriteStore(url)).close();
  const tables = await openTables(url);
  const all = Array.from({ length: many }, (_, index): Past => {
    const number = String(index + 1).padStart(4, '0');
    return {
      broadcast: `past-${number}`,
      title: `Evening ${number}`,
      // every peak another
      peak: 1_000 + ((index * 7_919) % 100_003),
      crashed: index % 10 === 0,
    };
  });
  await tables.transaction().execute(async (trx) => {
    for (const [index, past] of all.entries()) {
      const made = await trx
        .insertInto('broadcasts')
        .values({ broadcast: past.broadcast, demo: 0, kind: 'events' })
        .returning('id')
        .executeTakeFirstOrThrow();
      const summary = summaryOf(past, endedAt - (index + 1) * HOUR_MS);
      await trx
        .insertInto('summaries')
        .values({ broadcast_id: made.id, key: '0', summary: JSON.stringify(summary) })
        .execute();
      await putPast(trx, made.id, summary);
    }
  });
  await tables.destroy();
  return all;
}

function summaryOf({ broadcast, title, peak, crashed }: Past, lastAt: number): BroadcastSummary {
  const onsetAt = lastAt - HOUR_MS / 2;
  const ends = { endAt: onsetAt + 90_000, closedAt: onsetAt + 150_000, recoveredAt: onsetAt + 300_000 };
  const window = { onsetAt, ...ends, connectedBefore: peak, dropped: Math.floor(peak / 2), cause: null };
  return {
    ...{ broadcast, title, demo: false, kind: 'events', rev: 1, state: 'final', complete: true, catchingUp: false },
    known: { hearing: true, errors: true, attempts: true, comments: false, silence: true },
    ...{
      firstAt: lastAt - HOUR_MS,
      lastAt,
      watermark: Number.POSITIVE_INFINITY,
      liveSecond: Math.floor(lastAt / 1000),
    },
    ...{ longestTimeout: 0, storedAt: lastAt, kept: null, connected: 0, hearing: 0, peak, change5m: null },
    ...{ peakSecond: Math.floor((lastAt - HOUR_MS / 2) / 1000), peakHearing: Math.round(peak * 0.95) },
    averageMinuteAudience: (peak * 2) / Math.PI,
    ...{ windows: crashed ? 1 : 0, windowOpen: false },
    alarms: crashed ? { count: 1, open: null, last: window } : { count: 0, open: null, last: null },
    spark: Array.from({ length: 60 }, (_, index) => Math.round(peak * Math.sin((index / 59) * Math.PI))),
  };
}
