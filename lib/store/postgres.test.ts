import { createServer } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { openPostgres } from '../../e2e/postgres.ts';
import { openReadStore, openTables, openWriteStore } from './open.ts';

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

  it('is found again after the server went away and came back', async () => {
    if ('skipped' in postgres) return;
    const url = await changed(() => {});
    const [store, reader] = [await openWriteStore(url), await openReadStore(url)];
    const commit = (expectedOffset: number | null, nextOffset: number): Promise<void> =>
      store.commit({
        partitions: [
          {
            ...{ source: 'kafka:events', partition: 0, expectedOffset, nextOffset },
            ...{ lane: '{"broadcasts":{}}', rejected: {}, broadcasts: [] },
          },
        ],
        standings: [],
        storedAt: 1,
      });
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
