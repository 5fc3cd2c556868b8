/** What people did to a broadcast after the fact: appended, never changed. */
import type { Kysely } from 'kysely';
import { type Action, REMARK_VERBS, type RemarkAction, WINDOW_VERBS, type WindowAction } from '../numbers/action.ts';
import { markChanged } from './changed.ts';
import type { Tables } from './schema.ts';

/** False where the store has no such broadcast. With `revises` its revision goes up in the same transaction. */
export async function putAction(
  db: Kysely<Tables>,
  broadcast: string,
  action: Action,
  { revises }: { revises: boolean },
): Promise<boolean> {
  const { id, at, ...rest } = action;
  return db.transaction().execute(async (trx) => {
    const found = await trx.selectFrom('broadcasts').select('id').where('broadcast', '=', broadcast).executeTakeFirst();
    if (found === undefined) return false;
    await trx
      .insertInto('actions')
      .values({ broadcast_id: found.id, id, at, action: JSON.stringify(rest) })
      .execute();
    if (revises) {
      // numbers that were counted before and still hold belong to the new revision too
      await trx
        .updateTable('reports')
        .set((eb) => ({ rev: eb('rev', '+', 1) }))
        .where('broadcast_id', '=', found.id)
        .where('rev', '=', (eb) => eb.selectFrom('watermarks').select('rev').where('broadcast_id', '=', found.id))
        .execute();
      await trx
        .updateTable('watermarks')
        .set((eb) => ({ rev: eb('rev', '+', 1) }))
        .where('broadcast_id', '=', found.id)
        .execute();
    }
    await markChanged(trx, found.id);
    return true;
  });
}

/** By time, then id. */
export async function actionsOf(db: Kysely<Tables>, broadcast: string): Promise<Action[]> {
  const rows = await db
    .selectFrom('actions')
    .innerJoin('broadcasts', 'broadcasts.id', 'actions.broadcast_id')
    .select(['actions.id', 'actions.at', 'actions.action'])
    .where('broadcasts.broadcast', '=', broadcast)
    .orderBy('actions.at')
    .orderBy('actions.id')
    .execute();
  return rows.flatMap((row) => asAction(row.id, Number(row.at), row.action) ?? []);
}

/** Null where a newer program has written something else. */
function asAction(id: string, at: number, json: string): Action | null {
  const parsed: Record<string, unknown> = JSON.parse(json);
  const author = typeof parsed.author === 'string' ? parsed.author : null;
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
  const { what } = parsed;
  if (what === 'window') {
    const verb = WINDOW_VERBS.find((one) => one === parsed.verb);
    const joined = (parsed.joined ?? null) as WindowAction['joined'];
    return verb ? { what, id, at, author, verb, on: String(parsed.on), reason: text(parsed.reason), joined } : null;
  }
  const verb = REMARK_VERBS.find((one) => one === parsed.verb);
  if (verb === undefined || (what !== 'note' && what !== 'segment')) return null;
  const replaces = Array.isArray(parsed.replaces) ? parsed.replaces.map(String) : [];
  const remark: RemarkAction = {
    what,
    id,
    at,
    author,
    verb,
    on: String(parsed.on),
    label: text(parsed.label),
    replaces,
  };
  return remark;
}
