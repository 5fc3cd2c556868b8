/** A store by its URL: `sqlite:PATH` or `postgres://…`. */
import { existsSync, statSync } from 'node:fs';
import type { Kysely } from 'kysely';
import type { WriteStore } from './checkpoint.ts';
import { openPostgresWriter } from './postgres.ts';
import { openPostgresReader, openPostgresTables } from './postgres-reader.ts';
import { Reader } from './read.ts';
import { migrate, type Tables } from './schema.ts';
import { kyselyOf, openDatabase, openSqliteWriter } from './sqlite.ts';
import { StoreError } from './store-error.ts';

/** Opens (and makes, and migrates) the store for writing. `alone`: of the sources written nobody else has a partition. */
export async function openWriteStore(url: string, { alone = false } = {}): Promise<WriteStore> {
  if (isPostgres(url)) return openPostgresWriter(url, alone);
  const path = sqlitePath(url);
  try {
    return await openSqliteWriter(path);
  } catch (error) {
    throw explain(error, path);
  }
}

/** Opens the store for reading; makes an empty one where there is none. */
export async function openReadStore(url: string): Promise<Reader> {
  if (isPostgres(url)) return openPostgresReader(url);
  const path = sqlitePath(url);
  try {
    if (path === ':memory:' || !existsSync(/*turbopackIgnore: true*/ path)) {
      const made = openDatabase(path);
      await migrate(kyselyOf(made), 'sqlite');
      if (path !== ':memory:') made.close();
    }
    const db = openDatabase(path);
    const kysely = kyselyOf(db);
    await migrate(kysely, 'sqlite');
    const version = db.prepare<[], { data_version: number }>('PRAGMA data_version');
    return new Reader(
      kysely,
      async () => String(version.get()?.data_version ?? 0),
      async () => {
        await kysely.destroy();
      },
    );
  } catch (error) {
    throw explain(error, path);
  }
}

/** Opens (and makes, and migrates) the tables, for what people enter by hand; `destroy` closes them. */
export async function openTables(url: string): Promise<Kysely<Tables>> {
  if (isPostgres(url)) return openPostgresTables(url);
  const path = sqlitePath(url);
  try {
    const tables = kyselyOf(openDatabase(path));
    await migrate(tables, 'sqlite');
    return tables;
  } catch (error) {
    throw explain(error, path);
  }
}

function isPostgres(url: string): boolean {
  return /^postgres(ql)?:\/\//.test(url);
}

function sqlitePath(url: string): string {
  if (url.startsWith('sqlite:') && url.length > 'sqlite:'.length) return url.slice('sqlite:'.length);
  throw new StoreError(
    `A store was expected as sqlite:PATH or postgres://…, and came as "${url}": set HEADCOUNT_STORE or --store.`,
  );
}

function explain(error: unknown, path: string): Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (
    code === 'SQLITE_CANTOPEN' &&
    statSync(/*turbopackIgnore: true*/ path, { throwIfNoEntry: false })?.isDirectory()
  ) {
    return new StoreError(`A store was expected as a file at ${path}, and it is a folder: name a file in it.`, error);
  }
  if (
    [
      'EACCES',
      'EROFS',
      'SQLITE_READONLY',
      'SQLITE_CANTOPEN',
      'ENOTDIR',
      'ENOENT',
      'EPERM',
      'SQLITE_READONLY_DIRECTORY',
    ].includes(code)
  ) {
    return new StoreError(
      `The store at ${path} cannot be written (${code}): give the folder write permission, or set HEADCOUNT_STORE to a path that can be written.`,
      error,
    );
  }
  if (code === 'SQLITE_NOTADB') {
    return new StoreError(
      `${path} is not a Headcount store (not an SQLite file): set HEADCOUNT_STORE to another path.`,
      error,
    );
  }
  return error instanceof Error ? error : new Error(String(error));
}
