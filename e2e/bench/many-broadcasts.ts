/** A store with many broadcasts of an hour, a day apart, as retention leaves it: the newest by seconds, all others by minutes. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import { Upkeep } from '../../ingest/upkeep/upkeep.ts';
import { printEvent } from '../../lib/event/print.ts';
import { COUNT_NAMES } from '../../lib/numbers/second.ts';
import { simulate } from '../../lib/simulate/scenario.ts';
import { openReadStore, openTables } from '../../lib/store/open.ts';
import type { Tables } from '../../lib/store/schema.ts';
import { replayed } from './replayed.ts';

const DAY_MS = 86_400_000;
/** Broadcasts that still have their seconds. */
const BY_SECONDS = 30;

/** Makes them by replaying one and copying its rows. Resolves with how many rows of seconds and of minutes there are. */
export async function fillStore(url: string, broadcasts: number): Promise<{ seconds: number; minutes: number }> {
  const log = simulate({ scenario: 'launch', broadcast: 'day-00001', listeners: 200, minutes: 60, seed: 1 });
  await replayed(
    url,
    [...log].map((event) => printEvent(event)),
  );
  const tables = await openTables(url);
  try {
    await copy(tables, 2, Math.min(broadcasts, BY_SECONDS));
    await rollUpFirst(url, tables);
    await copy(tables, Math.min(broadcasts, BY_SECONDS) + 1, broadcasts);
    const reader = await openReadStore(url);
    await reader.keepSummaries();
    await reader.close();
    const count = async (table: 'rows_final' | 'rolled'): Promise<number> => {
      const row = await tables
        .selectFrom(table)
        .select((eb) => eb.fn.countAll<number>().as('n'))
        .executeTakeFirstOrThrow();
      return Number(row.n);
    };
    return { seconds: await count('rows_final'), minutes: await count('rolled') };
  } finally {
    await tables.destroy();
  }
}

/** The first broadcast becomes minutes: what is copied after that is minutes too. */
async function rollUpFirst(url: string, tables: Kysely<Tables>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'headcount-bench-'));
  const reader = await openReadStore(url);
  const others = await tables.selectFrom('watermarks').select(['broadcast_id', 'stored_at']).execute();
  await tables
    .updateTable('watermarks')
    .set({ stored_at: 0 })
    .where('broadcast_id', '=', Math.min(...others.map((row) => row.broadcast_id)))
    .execute();
  const retention = { secondsFor: DAY_MS, tensFor: DAY_MS, minutesFor: null };
  await new Upkeep({ tables, reader, retention, folder, rest: async () => {} }).round(2 * DAY_MS);
  await reader.close();
  rmSync(folder, { recursive: true });
}

/** Copies of the first broadcast under the numbers [from, to], each a day after the one before; its people are left out. */
async function copy(tables: Kysely<Tables>, from: number, to: number): Promise<void> {
  if (to < from) return;
  const names = Array.from({ length: to - from + 1 }, (_, i) => `day-${String(from + i).padStart(5, '0')}`);
  for (let i = 0; i < names.length; i += 500) {
    await tables
      .insertInto('broadcasts')
      .values(names.slice(i, i + 500).map((broadcast) => ({ broadcast, demo: 0, kind: 'events' })))
      .execute();
  }
  const shift = sql`86400 * (CAST(substr(b.broadcast, 5) AS BIGINT) - 1)`;
  const first = sql`(SELECT id FROM broadcasts WHERE broadcast = 'day-00001')`;
  const copies = sql`b.broadcast BETWEEN ${names[0]} AND ${names.at(-1)}`;
  const columns = (names: readonly string[], of: string) => sql.join(names.map((name) => sql.ref(`${of}.${name}`)));
  const plain = (names: readonly string[]) => sql.join(names.map((name) => sql.ref(name)));
  const run = (query: ReturnType<typeof sql>) => query.execute(tables);
  await run(sql`INSERT INTO row_groups (broadcast_id, room, attribute, value)
    SELECT b.id, g.room, g.attribute, g.value FROM broadcasts b, row_groups g WHERE ${copies} AND g.broadcast_id = ${first}
    AND g.attribute = ''`);
  const groups = sql`JOIN row_groups g ON g.id = r.group_id AND g.broadcast_id = ${first}
    JOIN row_groups h ON h.room = g.room AND h.attribute = g.attribute AND h.value = g.value
    JOIN broadcasts b ON b.id = h.broadcast_id AND ${copies}`;
  await run(sql`INSERT INTO rows_final (group_id, second, part, ${plain(COUNT_NAMES)})
    SELECT h.id, CASE r.second WHEN 0 THEN 0 ELSE r.second + ${shift} END, r.part, ${columns(COUNT_NAMES, 'r')} FROM rows_final r ${groups}`);
  const levels = ['connected', 'hearing', 'connections', 'suspect', 'hosts', 'speakers', 'unmet', 'unmetByJoin'];
  const stats = [
    ...COUNT_NAMES,
    'step',
    'seconds',
    ...levels.flatMap((name) => [`${name}_sum`, `${name}_low`, `${name}_high`, `${name}_high_at`]),
  ];
  await run(sql`INSERT INTO rolled (group_id, second, ${plain(stats)})
    SELECT h.id, r.second + ${shift}, ${columns(stats, 'r')} FROM rolled r ${groups}`);
  await copyShifted(tables, names);
  await run(sql`INSERT INTO watermarks (broadcast_id, watermark, live_second, complete, catching_up, rev, stored_at)
    SELECT b.id, w.watermark, w.live_second + ${shift}, w.complete, w.catching_up, w.rev, w.stored_at
    FROM watermarks w, broadcasts b WHERE w.broadcast_id = ${first} AND ${copies}`);
  await run(sql`INSERT INTO kept (broadcast_id, seconds_from, tens_from, minutes_from, last_at, seconds_done, tens_done, minutes_done, stays)
    SELECT b.id, k.seconds_from + ${shift}, k.tens_from + ${shift}, k.minutes_from + ${shift}, k.last_at + 1000 * ${shift},
    k.seconds_done, k.tens_done, k.minutes_done, k.stays FROM kept k, broadcasts b WHERE k.broadcast_id = ${first} AND ${copies}`);
  await run(sql`INSERT INTO changed (broadcast_id, mark) SELECT b.id, b.id FROM broadcasts b WHERE ${copies}`);
}

/** Counters, control events and crash windows, whose texts tell instants. */
async function copyShifted(tables: Kysely<Tables>, names: readonly string[]): Promise<void> {
  const ids = await tables.selectFrom('broadcasts').select(['id', 'broadcast']).execute();
  const idOf = new Map(ids.map(({ id, broadcast }) => [broadcast, id]));
  const first = idOf.get('day-00001') ?? 0;
  const counters = await tables.selectFrom('counters').selectAll().where('broadcast_id', '=', first).execute();
  const controls = await tables.selectFrom('controls').selectAll().where('broadcast_id', '=', first).execute();
  const windows = await tables.selectFrom('windows').selectAll().where('broadcast_id', '=', first).execute();
  for (let i = 0; i < names.length; i += 20) {
    const lot = names
      .slice(i, i + 20)
      .map((name) => ({ id: idOf.get(name) ?? 0, by: (Number(name.slice(4)) - 1) * DAY_MS, name }));
    const moved = (text: string, { by, name }: { by: number; name: string }): string =>
      text.replaceAll(/\b1\d{12}\b/g, (at) => String(Number(at) + by)).replaceAll('day-00001', name);
    await tables
      .insertInto('counters')
      .values(lot.flatMap((to) => counters.map((c) => ({ ...c, broadcast_id: to.id, summary: moved(c.summary, to) }))))
      .execute();
    const events = lot.flatMap((to) =>
      controls.map((c) => {
        const event = moved(c.event, to);
        return { ...c, broadcast_id: to.id, ts: Number(c.ts) + to.by, event, canonical: event };
      }),
    );
    await tables.insertInto('controls').values(events).execute();
    const broken = lot.flatMap((to) =>
      windows.map((w) => ({
        ...w,
        broadcast_id: to.id,
        onset_at: Number(w.onset_at) + to.by,
        window: moved(w.window, to),
      })),
    );
    if (broken.length > 0) await tables.insertInto('windows').values(broken).execute();
  }
}
