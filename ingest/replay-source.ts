/** The source as which a log is read into a store that may have read one of that name before. */
import type { Kysely } from 'kysely';
import type { WriteStore } from '../lib/store/checkpoint.ts';
import { beginReplay, unfinishedReplay } from '../lib/store/replays.ts';
import type { Tables } from '../lib/store/schema.ts';
import { broadcastsOf, sourcesOf } from '../lib/store/sources.ts';

/** Refused: the store has the broadcast already. */
export class AlreadyThereError extends Error {
  constructor(broadcast: string) {
    super(
      `The store already has the broadcast "${broadcast}": add --replace to count it anew, or choose another --store`,
    );
    this.name = 'AlreadyThereError';
  }
}

/** Throws AlreadyThereError for a topic that was counted into this store before, unless that is to be replaced. */
export async function sourceName(
  store: WriteStore,
  tables: Kysely<Tables>,
  log: string,
  replace: boolean,
): Promise<string> {
  if (log.startsWith('file:')) return fileSourceName(store, tables, log);
  // a topic keeps its name: live ingest may read it into the same store, and what that has counted is not touched
  const [counted] = replace ? [] : await broadcastsOf(tables, log);
  if (counted !== undefined) throw new AlreadyThereError(counted);
  await store.removeSource(log);
  return log;
}

/**
 * Takes back what a replay of this log left that was ended in the middle, and returns a name under which the store has
 * nothing: what an earlier log of the same path was counted from, and what of it was rejected, stays as it is.
 */
async function fileSourceName(store: WriteStore, tables: Kysely<Tables>, log: string): Promise<string> {
  const left = await unfinishedReplay(tables, log);
  if (left !== null) {
    for (const broadcast of await broadcastsOf(tables, left)) await store.remove(broadcast);
    await store.removeSource(left);
  }
  let name = log;
  for (let times = 2; !(await isFree(store, tables, name)); times++) name = `${log} (${times})`;
  await beginReplay(tables, log, name);
  return name;
}

/** Whether nothing was counted from it that is still there; what else there was of it is removed. */
async function isFree(store: WriteStore, tables: Kysely<Tables>, name: string): Promise<boolean> {
  if ((await broadcastsOf(tables, name)).length > 0) return false;
  await store.removeSource(name);
  return true;
}

/** Takes a broadcast out of the store, and the files it was counted from where nothing else was: what these rejected is not its own any more. */
export async function removeCounted(store: WriteStore, tables: Kysely<Tables>, broadcast: string): Promise<void> {
  const files = (await sourcesOf(tables, broadcast)).filter((name) => name.startsWith('file:'));
  await store.remove(broadcast);
  for (const file of files) await isFree(store, tables, file);
}
