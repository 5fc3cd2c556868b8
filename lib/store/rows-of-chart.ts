/** The rows a chart is drawn from: of a long stretch what is outlined of it, thinned by the database where nothing is. */
import type { Kysely } from 'kysely';
import { levelsFrom } from '../numbers/blocks.ts';
import { type OutlinePage, outlinePages } from './outline.ts';
import type { Tables } from './schema.ts';
import { thinnedRows } from './thinned.ts';
import type { ThinnedRow } from './thinned-row.ts';

/** What a page is thinned by, s: a row at its bounds covers nothing of the stretch before. */
const STRETCH = 300;
/** A chart with so few points has as many stretches. */
const POINTS_A_STRETCH = 8;

/** Rows of [from, to), epoch s, the first one at `from`; more than `most` where they are outlined. `group`: the row set of the whole broadcast. */
export async function rowsOfChart(...given: Parameters<typeof rowsToDraw>): Promise<ThinnedRow[]> {
  const rows = await rowsToDraw(...given);
  const [, , from] = given;
  const [first, ...rest] = rows;
  if (first === undefined || first.row.second <= from) return rows;
  // nothing changed up to the first one: the line is level from the very beginning
  return [{ row: { ...first.row, second: from }, seconds: 1 }, { ...first, seconds: first.seconds - 1 }, ...rest];
}

async function rowsToDraw(
  db: Kysely<Tables>,
  group: { id: number; broadcastId: number },
  from: number,
  to: number,
  most: number,
): Promise<ThinnedRow[]> {
  const isFine = ((to - from) * POINTS_A_STRETCH) / most < STRETCH;
  const pages = isFine ? [] : await outlinePages(db, group.broadcastId, from, to);
  const [begin, end] = covered(pages, from, to);
  if (end <= begin) return thinnedRows(db, group.id, from, to, most);
  const rows: ThinnedRow[] = from < begin ? await thinnedRows(db, group.id, from, begin, STRETCH) : [];
  for (const page of pages) {
    for (const one of page.rows) {
      const { second } = one.row;
      if (second < begin || second >= end) continue;
      const after = rows.at(-1)?.row.second ?? from - 1;
      rows.push({ row: one.row, seconds: second - after });
    }
  }
  if (end === to) return rows;
  const last = rows.at(-1)?.row;
  const levels = last === undefined ? null : levelsFrom((name) => last[name]);
  const rest = await thinnedRows(db, group.id, (last?.second ?? from - 1) + 1, to, most, levels);
  return [...rows, ...rest];
}

/** The whole stretches of [from, to) that pages cover: those at the ends of a page are shorter. */
function covered(pages: readonly OutlinePage[], from: number, to: number): [number, number] {
  const [first, last] = [pages[0], pages.at(-1)];
  if (first === undefined || last === undefined) return [from, from];
  const begin = from <= first.from ? first.from : Math.ceil(from / STRETCH) * STRETCH;
  const end = to >= last.until ? last.until : Math.floor(to / STRETCH) * STRETCH;
  return [begin, end];
}
