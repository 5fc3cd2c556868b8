import { createServer } from 'node:net';
import pg from 'pg';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { openPostgres } from '../../e2e/postgres.ts';
import type { WriteStore } from './checkpoint.ts';
import { openReadStore, openTables, openWriteStore } from './open.ts';
import { explainPostgres } from './postgres-errors.ts';

const postgres = await openPostgres({ own: true });
afterAll(async () => {
  if ('stop' in postgres) await postgres.stop();
});

async function changed(change: (url: URL) => void): Promise<string> {
  if ('skipped' in postgres) throw new Error(postgres.skipped);
  const url = new URL(await postgres.database());
  change(url);
  return url.href;
}

/** A port that was free a moment ago. */
function closedPort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 1));
    });
  });
}

/** A checkpoint of one partition, with rejected records. */
function moved(store: WriteStore, expectedOffset: number | null, nextOffset: number): Promise<void> {
  const partition = { ...{ source: 'kafka:events', partition: 0, expectedOffset, nextOffset } };
  const change = { ...partition, lane: '{"broadcasts":{}}', rejected: { json: nextOffset }, broadcasts: [] };
  return store.commit({ partitions: [change], standings: [], storedAt: 1 });
}

describe('what PostgreSQL says', () => {
  const place = { host: 'db', port: 5432, user: 'u', database: 'd' };
  it.each([
    ['55P03', 'canceling statement due to lock timeout', 'kept a process waiting for another one too long (55P03)'],
    ['25P03', 'terminating connection due to idle-in-transaction timeout', 'kept a process waiting'],
    ['57P01', 'terminating connection due to administrator command', 'does not answer (57P01)'],
    ['', 'Connection terminated unexpectedly', 'does not answer (Connection terminated unexpectedly)'],
    ['53100', 'could not extend file: No space left on device', 'is out of means'],
    ['40P01', 'deadlock detected', 'refused a statement (40P01: deadlock detected)'],
  ])('%s is told as what it is', (code, said, sentence) => {
    const error = Object.assign(new Error(said), code === '' ? {} : { code });
    expect(explainPostgres(error, place).message).toContain(sentence);
  });
});

describe.skipIf('skipped' in postgres)('a store in PostgreSQL', () => {
  it.each([openWriteStore, openReadStore, openTables])(
    'that is not there is said in one sentence: %o',
    async (open) => {
      const port = await closedPort();
      await expect(open(`postgres://u:secret@127.0.0.1:${port}/d`)).rejects.toThrow(
        `PostgreSQL was expected at 127.0.0.1:${port} and does not answer (ECONNREFUSED): start it, or correct HEADCOUNT_STORE.`,
      );
    },
  );

  it('with a wrong password or user lets nobody in', async () => {
    const wrong = await changed((url) => {
      url.password = 'wrong';
    });
    await expect(openWriteStore(wrong)).rejects.toThrow(
      /^PostgreSQL at 127\.0\.0\.1:\d+ does not let the user "headcount" in \(28P01\): correct user and password in HEADCOUNT_STORE\.$/,
    );
    const none = await changed((url) => {
      url.password = '';
    });
    await expect(openWriteStore(none)).rejects.toThrow(/does not let the user "headcount" in \(SASL/);
  });

  it('needs its database', async () => {
    const missing = await changed((url) => {
      url.pathname = '/nowhere';
    });
    await expect(openReadStore(missing)).rejects.toThrow(
      /^A database "nowhere" was expected in PostgreSQL at .* create it with CREATE DATABASE, or correct HEADCOUNT_STORE\.$/,
    );
  });

  it('needs a URL that can be read', async () => {
    await expect(openReadStore('postgres://u:p@host:port/d')).rejects.toThrow(/the URL given cannot be read/);
  });

  it('is made once by processes that come at the same time', async () => {
    const url = await changed(() => {});
    const opened = await Promise.all([1, 2, 3].map(() => openWriteStore(url)));
    for (const each of opened) {
      expect(await each.has('talk')).toBe(false);
      await each.close();
    }
  });

  it('whose connection is lost in the middle of a checkpoint has nothing of it, and takes it again', async () => {
    const url = await changed(() => {});
    const store = await openWriteStore(url);
    await moved(store, null, 10);
    const other = new pg.Client({ connectionString: url });
    await other.connect();
    await other.query('BEGIN; LOCK TABLE rejects');
    const lost = expect(moved(store, 10, 20)).rejects.toThrow(/does not answer \(57P01\)/);
    await vi.waitFor(async () => {
      const { rowCount } = await other.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      expect(rowCount).toBe(1);
    }, 20_000);
    await lost;
    await other.query('ROLLBACK');
    expect(await store.load('kafka:events', 0)).toMatchObject({ nextOffset: 10, rejected: { json: 10 } });
    await moved(store, 10, 20);
    expect(await store.load('kafka:events', 0)).toMatchObject({ nextOffset: 20, rejected: { json: 20 } });
    await other.end();
    await store.close();
  });

  it('that has no connection left says so, and is there again when it has', async () => {
    const url = await changed(() => {});
    const few = new URL(url);
    [few.username, few.password] = ['few', 'few'];
    const admin = new pg.Client({ connectionString: url });
    await admin.connect();
    await admin.query(`CREATE ROLE few LOGIN PASSWORD 'few' CONNECTION LIMIT 1`);
    await admin.query(`ALTER DATABASE ${few.pathname.slice(1)} OWNER TO few`);
    const store = await openWriteStore(few.href);
    await moved(store, null, 10);
    const other = await openWriteStore(url);
    const none = openWriteStore(few.href);
    await expect(none).rejects.toThrow(
      /^PostgreSQL at \S+ has no connection left \(.*\): raise max_connections there, or/,
    );
    await store.close();
    // the server has its own time to see that a connection has ended
    const again = await vi.waitFor(() => openWriteStore(few.href), { timeout: 20_000, interval: 100 });
    await moved(again, 10, 20);
    for (const each of [again, other]) await each.close();
    await admin.end();
  });

  it('is found again after the server went away and came back', async () => {
    if ('skipped' in postgres) return;
    const url = await changed(() => {});
    const [store, reader] = [await openWriteStore(url), await openReadStore(url)];
    const commit = (from: number | null, to: number): Promise<void> => moved(store, from, to);
    await commit(null, 10);
    await postgres.kill();
    await expect(commit(10, 20)).rejects.toThrow(/does not answer/);
    await expect(reader.changeToken()).rejects.toThrow(/does not answer/);
    await postgres.restart();
    expect((await store.takeOver('kafka:events', 0))?.nextOffset).toBe(10);
    await commit(10, 20);
    expect((await reader.pipeline())[0]?.partitions[0]?.offset).toBe(20);
    await reader.close();
    await store.close();
  });
});
