/**
 * Rows become coarser a stretch at a time, each stretch in one small transaction: what is read before and after it is
 * the same audience, by seconds before, by blocks after.
 */
import { type Insertable, type Kysely, sql, type Transaction } from 'kysely';
import {
  type Block,
  type BlockStep,
  type Levels,
  levelsFrom,
  NO_LEVELS,
  piecesOfBlocks,
  piecesOfSeconds,
  rollUp,
} from '../numbers/blocks.ts';
import { NOTHING_COUNTED, type StoredRow } from '../numbers/rows.ts';
import { COUNT_NAMES, type Counts, LEVELS } from '../numbers/second.ts';
import { asBlock } from './rows-of-group.ts';
import type { Tables } from './schema.ts';

/** Rows of a statement: SQLite takes 32,766 parameters, and a row of blocks has 84. */
const AT_ONCE = 300;

/** Seconds of a broadcast, epoch s; multiples of 60 but for the ends of the broadcast. */
export interface Stretch {
  broadcastId: number;
  /** where the stage stands: the stretch begins here */
  from: number;
  to: number;
  /** the broadcast's own rows: [first, end) */
  first: number;
  end: number;
}

/** Makes the rows of the stretch blocks of 10 s. False: another process has done so meanwhile. */
export function rollSeconds(db: Kysely<Tables>, stretch: Stretch): Promise<boolean> {
  return inTurn(db, 'seconds_from', stretch, async (trx) => {
    const { broadcastId, from, to, first, end } = stretch;
    const groups = new Map<number, SecondsOfGroup>();
    for (const table of ['rows_final', 'rows_live'] as const) {
      const found = trx.selectFrom(table).selectAll().where('group_id', 'in', groupsOf(trx, broadcastId));
      for (const row of await found.where('second', '<', to).execute()) {
        const group = groups.get(row.group_id) ?? new SecondsOfGroup();
        groups.set(row.group_id, group.take(row, from));
      }
    }
    for (const [id, { rows, late, start, parts }] of groups) {
      const stored = [...rows.values()].sort((a, b) => a.second - b.second);
      const pieces = piecesOfSeconds(stored, Math.max(from, first), Math.min(to, end), start);
      await putBlocks(trx, id, [...rollUp(pieces, 10)]);
      for (const row of late) await addToBlock(trx, id, row);
      for (const [part, counts] of parts) await addToSum(trx, id, part, counts);
    }
    for (const table of ['rows_final', 'rows_live'] as const) {
      const gone = trx.deleteFrom(table).where('group_id', 'in', groupsOf(trx, broadcastId));
      await gone.where('second', '>', 0).where('second', '<', to).execute();
    }
    await trx.deleteFrom('outlines').where('broadcast_id', '=', broadcastId).execute();
    await thinShown(trx, broadcastId, to, 10);
  });
}

/** What a row set has up to the end of a stretch. */
class SecondsOfGroup {
  /** in the stretch, merged over partitions */
  readonly rows = new Map<number, StoredRow>();
  /** before it: they came when their seconds had been rolled up */
  readonly late: StoredRow[] = [];
  /** levels before the stretch */
  start: Readonly<Levels> = NO_LEVELS;
  /** all that is rolled up now, by partition */
  readonly parts = new Map<number, Counts>();

  take(row: Tables['rows_final'], from: number): this {
    const second = Number(row.second);
    if (second === 0) {
      const before = this.start;
      this.start = levelsFrom((name) => before[name] + row[name]);
      return this;
    }
    const part = this.parts.get(row.part) ?? { ...NOTHING_COUNTED };
    this.parts.set(row.part, part);
    add(part, row);
    if (second < from) this.late.push({ ...row, second });
    else {
      const whole = this.rows.get(second) ?? { ...NOTHING_COUNTED, second };
      this.rows.set(second, whole);
      add(whole, row);
    }
    return this;
  }
}

/** Makes the blocks of 10 s of the stretch blocks of a minute. */
export function rollTens(db: Kysely<Tables>, stretch: Stretch): Promise<boolean> {
  return inTurn(db, 'tens_from', stretch, async (trx) => {
    const { broadcastId, from, to, first, end } = stretch;
    const levels = new Map<number, Levels>();
    const sums = trx.selectFrom('rows_final').selectAll().where('group_id', 'in', groupsOf(trx, broadcastId));
    for (const row of await sums.where('second', '=', 0).execute()) {
      const so = levels.get(row.group_id) ?? NO_LEVELS;
      levels.set(
        row.group_id,
        levelsFrom((name) => so[name] + row[name]),
      );
    }
    const tens = trx.selectFrom('rolled').selectAll().where('group_id', 'in', groupsOf(trx, broadcastId));
    const groups = new Map<number, Block[]>();
    for (const row of await tens.where('second', '>=', from).orderBy('second').execute()) {
      const block = asBlock(row);
      const so = levels.get(row.group_id) ?? NO_LEVELS;
      levels.set(
        row.group_id,
        levelsFrom((name) => so[name] - block.counts[name]),
      );
      if (block.second >= to) continue;
      const own = groups.get(row.group_id) ?? [];
      own.push(block);
      groups.set(row.group_id, own);
    }
    const gone = trx.deleteFrom('rolled').where('group_id', 'in', groupsOf(trx, broadcastId));
    await gone.where('second', '>=', from).where('second', '<', to).execute();
    for (const [id, blocks] of groups) {
      const start = levels.get(id) ?? NO_LEVELS;
      const pieces = piecesOfBlocks(blocks, Math.max(from, first), Math.min(to, end), start);
      await putBlocks(trx, id, [...rollUp(pieces, 60)]);
    }
    await thinShown(trx, broadcastId, to, 60);
  });
}

/** Drops the blocks of the stretch. */
export function dropMinutes(db: Kysely<Tables>, stretch: Stretch): Promise<boolean> {
  return inTurn(db, 'minutes_from', stretch, async (trx) => {
    const { broadcastId, to } = stretch;
    const gone = trx.deleteFrom('rolled').where('group_id', 'in', groupsOf(trx, broadcastId));
    await gone.where('second', '<', to).execute();
    await trx.deleteFrom('shown').where('broadcast_id', '=', broadcastId).where('second', '<', to).execute();
  });
}

/** The stage moves first: that takes the lock, and two processes never do the same. */
function inTurn(
  db: Kysely<Tables>,
  stage: 'seconds_from' | 'tens_from' | 'minutes_from',
  { broadcastId, from, to }: Stretch,
  work: (trx: Transaction<Tables>) => Promise<void>,
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const moved = await trx
      .updateTable('kept')
      .set({ [stage]: to })
      .where('broadcast_id', '=', broadcastId)
      .where(stage, '=', from)
      .executeTakeFirst();
    if (moved.numUpdatedRows === 0n) return false;
    await work(trx);
    return true;
  });
}

/** Row sets with seconds: how often each start-up time was told has none. */
function groupsOf(trx: Transaction<Tables>, broadcastId: number) {
  return trx
    .selectFrom('row_groups')
    .select('id')
    .where('broadcast_id', '=', broadcastId)
    .where('attribute', '!=', 'startup');
}

/** Of what was shown, as much is kept as of what was. */
async function thinShown(trx: Transaction<Tables>, broadcastId: number, to: number, step: BlockStep): Promise<void> {
  const before = trx.deleteFrom('shown').where('broadcast_id', '=', broadcastId).where('second', '<', to);
  await before.where(sql<boolean>`second % ${sql.lit(step)} <> 0`).execute();
}

async function putBlocks(trx: Transaction<Tables>, group: number, blocks: readonly Block[]): Promise<void> {
  for (let i = 0; i < blocks.length; i += AT_ONCE) {
    const values = blocks.slice(i, i + AT_ONCE).map((block) => blockRow(group, block));
    await trx.insertInto('rolled').values(values).execute();
  }
}

function blockRow(group: number, { second, step, seconds, counts, levels }: Block): Insertable<Tables['rolled']> {
  const over: Record<string, number> = {};
  for (const name of LEVELS) {
    over[`${name}_sum`] = levels[name].sum;
    over[`${name}_low`] = levels[name].low;
    over[`${name}_high`] = levels[name].high;
    over[`${name}_high_at`] = levels[name].highAt;
  }
  return { group_id: group, second, step, seconds, ...counts, ...over } as Insertable<Tables['rolled']>;
}

/** What came when its seconds had become a block: it is counted there, and the levels stay as they were. */
async function addToBlock(trx: Transaction<Tables>, group: number, row: StoredRow): Promise<void> {
  const block = await trx
    .selectFrom('rolled')
    .selectAll()
    .where('group_id', '=', group)
    .where('second', '<=', row.second)
    .orderBy('second', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!block) return;
  const sums = Object.fromEntries(COUNT_NAMES.map((name) => [name, block[name] + row[name]]));
  await trx
    .updateTable('rolled')
    .set(sums)
    .where('group_id', '=', group)
    .where('second', '=', Number(block.second))
    .execute();
}

/** What of a partition has been rolled up, summed up in a row of no second: levels go on from it. */
async function addToSum(trx: Transaction<Tables>, group: number, part: number, counts: Counts): Promise<void> {
  await trx
    .insertInto('rows_final')
    .values({ group_id: group, second: 0, part, ...counts })
    .onConflict((c) =>
      c
        .columns(['group_id', 'second', 'part'])
        .doUpdateSet((eb) =>
          Object.fromEntries(
            COUNT_NAMES.map((name) => [name, eb(`rows_final.${name}`, '+', eb.ref(`excluded.${name}`))]),
          ),
        ),
    )
    .execute();
}

function add(to: Counts, row: Counts): void {
  for (const name of COUNT_NAMES) to[name] += row[name];
}
