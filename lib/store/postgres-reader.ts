/** Reading from PostgreSQL, and its tables for what people enter by hand. */
import { type Kysely, sql } from 'kysely';
import { PostgresPool } from './postgres-connection.ts';
import { Reader } from './read.ts';
import { migrate, type Tables } from './schema.ts';

const CONNECTIONS = 4;
/** Of very many rows it takes long to make sense, and the server has sent them long before, ms. */
const IDLE_MS = 60_000;

export async function openPostgresReader(url: string): Promise<Reader> {
  const db = await openPostgresTables(url);
  // which transactions a reader sees: another one may have committed whenever it differs
  const token = sql<{ token: string }>`SELECT pg_current_snapshot()::text AS token`;
  return new Reader(
    db,
    async () => (await token.execute(db)).rows[0]?.token ?? '',
    () => db.destroy(),
  );
}

export async function openPostgresTables(url: string): Promise<Kysely<Tables>> {
  const db = new PostgresPool(url, CONNECTIONS, IDLE_MS).kysely();
  try {
    await migrate(db, 'postgres');
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return db;
}
