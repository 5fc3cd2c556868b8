/** The rows of one row set, merged over partitions: seconds, and before them blocks where seconds are no longer kept. */
import type { Kysely, Selectable } from 'kysely';
import { type Block, type Levels, levelsFrom, NO_LEVELS, piecesOfBlocks, runsOfPieces } from '../numbers/blocks.ts';
import { type Run, runs, type StoredRow } from '../numbers/rows.ts';
import { COUNT_NAMES, type Counts, LEVELS } from '../numbers/second.ts';
import { type Kept, readKept } from './kept.ts';
import { levelsBefore } from './levels-before.ts';
import type { Tables } from './schema.ts';
import type { SeriesQuery } from './store.ts';

export interface RowsOfGroup {
  /** ascending; levels as their change */
  stored: StoredRow[];
  /** levels before the first of these */
  start: Readonly<Levels>;
  /** null: every second is there */
  kept: Kept | null;
  /** ascending, before `kept.secondsFrom` */
  blocks: Block[];
}

const NOTHING: RowsOfGroup = { stored: [], start: NO_LEVELS, kept: null, blocks: [] };

/**
 * All as of one instant: between two statements rows move from one table to another. `since`: of seconds, only these;
 * `known`: the levels before `from`.
 */
export function rowsOfGroup(
  db: Kysely<Tables>,
  broadcast: string,
  query: SeriesQuery,
  since?: number,
  known: Levels | null = null,
): Promise<RowsOfGroup> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (at) => {
      const group = await at
        .selectFrom('row_groups')
        .innerJoin('broadcasts', 'broadcasts.id', 'row_groups.broadcast_id')
        .select(['row_groups.id', 'row_groups.broadcast_id'])
        .where('broadcasts.broadcast', '=', broadcast)
        .where('row_groups.room', '=', query.room ?? '')
        .where('row_groups.attribute', '=', query.attribute ?? '')
        .where('row_groups.value', '=', query.value ?? '')
        .executeTakeFirst();
      if (!group) return NOTHING;
      const kept = await readKept(at, group.broadcast_id);
      const rows = new Map<number, StoredRow>();
      // what came before is summed up by the database, where nothing of it is asked for
      const begins = query.from !== undefined && query.from >= (kept?.secondsFrom ?? 0) ? query.from : null;
      const from = begins ?? since;
      let start: Levels = begins === null ? { ...NO_LEVELS } : (known ?? (await levelsBefore(at, group.id, begins)));
      for (const table of ['rows_final', 'rows_live'] as const) {
        const all = at.selectFrom(table).selectAll().where('group_id', '=', group.id);
        let q = all.where('second', '>=', from ?? 1);
        if (query.to !== undefined) q = q.where('second', '<', query.to);
        for (const row of await q.execute()) {
          const second = Number(row.second);
          const before = rows.get(second);
          if (!before) rows.set(second, { ...row, second });
          else for (const name of COUNT_NAMES) before[name] += row[name];
        }
        // what was rolled up is summed up in a row of no second
        for (const row of kept === null || known !== null ? [] : await all.where('second', '=', 0).execute()) {
          const so = start;
          start = levelsFrom((name) => so[name] + row[name]);
        }
      }
      const blocks =
        kept === null || since !== undefined || known !== null
          ? []
          : await at.selectFrom('rolled').selectAll().where('group_id', '=', group.id).orderBy('second').execute();
      return {
        stored: [...rows.values()].sort((a, b) => a.second - b.second),
        start,
        kept,
        blocks: blocks.map(asBlock),
      };
    });
}

/** Seconds of which the rows are read at once: an hour of an export, or of a report, is held and no more. */
const PAGE_SECONDS = 3_600;

/**
 * The seconds of [from, to), epoch s, as runs, a page at a time; a run that reaches over the end of a page goes on in the
 * next one. `final`: the last second that no longer changes; what comes after it is of one instant.
 */
export async function* runPagesOfGroup(
  db: Kysely<Tables>,
  broadcast: string,
  query: SeriesQuery & { from: number; to: number },
  final: number,
): AsyncGenerator<Run[]> {
  const { from, to, ...group } = query;
  for (let begin = from, levels: Levels | null = null; begin < to; ) {
    const next = Math.min(to, (Math.floor(begin / PAGE_SECONDS) + 1) * PAGE_SECONDS);
    const end: number = next - 1 > final ? to : next;
    const page: RowsOfGroup = await rowsOfGroup(db, broadcast, { ...group, from: begin, to: end }, undefined, levels);
    if (page.kept !== null && begin < page.kept.secondsFrom) {
      // blocks are few
      yield [...runsOfGroup(await rowsOfGroup(db, broadcast, query), begin, to)];
      return;
    }
    const made: Run[] = [...runs(page.stored, begin, end, page.start)];
    const last = made.at(-1);
    if (last !== undefined) levels = levelsFrom((name) => last[name]);
    yield made;
    begin = end;
  }
}

/** The seconds of [from, to), epoch s, as runs; of blocks that reach in, all of them. */
export function* runsOfGroup({ stored, start, kept, blocks }: RowsOfGroup, from: number, to: number): Generator<Run> {
  if (kept === null) return yield* runs(stored, from, to, start);
  if (from < kept.secondsFrom)
    yield* runsOfBlocks({ stored, start, kept, blocks }, from, Math.min(to, kept.secondsFrom));
  if (to > kept.secondsFrom) yield* runs(stored, Math.max(from, kept.secondsFrom), to, start);
}

/** The part of `runsOfGroup` that is no longer there by seconds. */
export function* runsOfBlocks(rows: RowsOfGroup, from: number, to: number): Generator<Run> {
  const { kept, blocks } = rows;
  if (kept === null) return;
  let levels = rows.start;
  for (const { counts } of blocks) {
    const after = levels;
    levels = levelsFrom((name) => after[name] - counts[name]);
  }
  for (const [step, begin, end] of [
    [60, kept.minutesFrom, Math.min(kept.tensFrom, to)],
    [10, kept.tensFrom, Math.min(kept.secondsFrom, to)],
  ] as const) {
    const own = blocks.filter((block) => block.step === step);
    const first = Math.max(begin, from);
    if (first < end) {
      const before = own.filter(({ second }) => second + step <= first);
      yield* runsOfPieces(piecesOfBlocks(own.slice(before.length), first, end, moved(levels, before)), step);
    }
    levels = moved(levels, own);
  }
}

function moved(levels: Readonly<Levels>, blocks: readonly Block[]): Readonly<Levels> {
  return blocks.reduce<Readonly<Levels>>((so, { counts }) => levelsFrom((name) => so[name] + counts[name]), levels);
}

export function asBlock(row: Selectable<Tables['rolled']>): Block {
  const counts = Object.fromEntries(COUNT_NAMES.map((name) => [name, row[name]])) as Record<keyof Counts, number>;
  const levels = Object.fromEntries(
    LEVELS.map((name) => [
      name,
      {
        sum: Number(row[`${name}_sum`]),
        low: row[`${name}_low`],
        high: row[`${name}_high`],
        highAt: Number(row[`${name}_high_at`]),
      },
    ]),
  ) as Block['levels'];
  return { second: Number(row.second), step: row.step === 60 ? 60 : 10, seconds: row.seconds, counts, levels };
}
