/** Imported viewer counts: a broadcast of kind `curve`, final as soon as it is there. */
import type { Kysely } from 'kysely';
import type { ControlEvent } from '../event/event.ts';
import { canonicalOf } from '../event/id.ts';
import { printEvent } from '../event/print.ts';
import type { CurveLevel } from '../numbers/curve.ts';
import type { CrashWindow } from '../numbers/report.ts';
import { NOTHING_COUNTED } from '../numbers/rows.ts';
import type { CounterSummary } from '../presence/summary.ts';
import { markChanged } from './changed.ts';
import type { Tables } from './schema.ts';

/** What is told of a curve beside its numbers. */
export interface CurveOrigin {
  /** who counted, in the words of whoever imported it */
  source: string;
  /** samples in the file, and how many of them say nothing */
  samples: number;
  missing: number;
  /** usual distance of two samples, s */
  step: number;
}

export interface StoredCurve {
  broadcast: string;
  origin: CurveOrigin;
  /** ascending by second */
  levels: readonly CurveLevel[];
  /** falls of the curve, and the stretches in which nothing is known as telemetry gaps */
  windows: readonly CrashWindow[];
  title: ControlEvent | null;
}

/** No partition of any log: nothing that reads one looks here. */
const PART = -1;
const ROWS_AT_ONCE = 400;

/** All of it or nothing; the broadcast must not be there. `storedAt`: wall clock, epoch ms. */
export async function putCurve(db: Kysely<Tables>, curve: StoredCurve, storedAt: number): Promise<void> {
  const first = curve.levels[0];
  const last = curve.levels[curve.levels.length - 1];
  if (first === undefined || last === undefined) return;
  await db.transaction().execute(async (trx) => {
    const { broadcast } = curve;
    await trx.insertInto('broadcasts').values({ broadcast, demo: 0, kind: 'curve' }).execute();
    const { id } = await trx
      .selectFrom('broadcasts')
      .select('id')
      .where('broadcast', '=', broadcast)
      .executeTakeFirstOrThrow();
    const group = { broadcast_id: id, room: '', attribute: '', value: '' };
    await trx.insertInto('row_groups').values(group).execute();
    const found = await trx
      .selectFrom('row_groups')
      .select('id')
      .where('broadcast_id', '=', id)
      .executeTakeFirstOrThrow();
    const rows = changes(curve.levels).map(({ second, connected }) => ({
      ...NOTHING_COUNTED,
      connected,
      second,
      group_id: found.id,
      part: PART,
    }));
    for (let i = 0; i < rows.length; i += ROWS_AT_ONCE) {
      await trx
        .insertInto('rows_final')
        .values(rows.slice(i, i + ROWS_AT_ONCE))
        .execute();
    }
    const summary: CounterSummary & { curve: CurveOrigin } = {
      records: 0,
      copies: 0,
      firstAt: first.second * 1000,
      lastAt: last.second * 1000,
      longestTimeout: 0,
      rooms: {},
      periodMissing: false,
      sources: [],
      roomEnds: {},
      groups: [],
      asOf: null,
      curve: curve.origin,
    };
    await trx
      .insertInto('counters')
      .values({ broadcast_id: id, part: PART, slice: 0, summary: JSON.stringify(summary) })
      .execute();
    await trx
      .insertInto('watermarks')
      .values({
        broadcast_id: id,
        watermark: null,
        live_second: last.second,
        complete: 1,
        catching_up: 0,
        rev: 1,
        stored_at: storedAt,
      })
      .execute();
    for (const window of curve.windows) {
      const row = { broadcast_id: id, id: window.id, onset_at: window.onsetAt, window: JSON.stringify(window) };
      await trx.insertInto('windows').values(row).execute();
    }
    if (curve.title !== null) {
      const event = printEvent(curve.title);
      const row = { broadcast_id: id, canonical: canonicalOf(curve.title), ts: curve.title.ts, part: PART, event };
      await trx.insertInto('controls').values(row).execute();
    }
    await markChanged(trx, id);
  });
}

/** Levels as their change at each second. */
function changes(levels: readonly CurveLevel[]): { second: number; connected: number }[] {
  let before = 0;
  return levels.flatMap(({ second, value }) => {
    const connected = value - before;
    before = value;
    return connected === 0 ? [] : [{ second, connected }];
  });
}
