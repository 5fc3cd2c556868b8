/** What reads for crash windows give, whichever store it is. */
import type { Kysely } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NOTHING_COUNTED } from '../numbers/rows.ts';
import { openTables } from './open.ts';
import type { Tables } from './schema.ts';
import { rowChanges, rowSums, stayPages } from './window-reads.ts';

const NAMES = ['connected', 'ended'] as const;

/** `empty` makes a store and gives its URL. */
export function windowReadsContract(empty: () => Promise<string>): void {
  let db: Kysely<Tables>;

  beforeEach(async () => {
    db = await openTables(await empty());
    await db.insertInto('broadcasts').values({ broadcast: 'b', demo: 0, kind: 'events' }).execute();
    const names = [
      ['', '', ''],
      ['main', '', ''],
      ['', 'edge', 'fra'],
      ['', 'code', 'network'],
    ] as const;
    for (const [room, attribute, value] of names) {
      await db.insertInto('row_groups').values({ broadcast_id: 1, room, attribute, value }).execute();
    }
  });

  afterEach(async () => {
    await db.destroy();
  });

  async function put(
    table: 'rows_live' | 'rows_final',
    group_id: number,
    second: number,
    part: number,
    counts: { connected?: number; ended?: number },
  ): Promise<void> {
    await db
      .insertInto(table)
      .values({ ...NOTHING_COUNTED, ...counts, group_id, second, part })
      .execute();
  }

  describe('what is new in the rows', () => {
    beforeEach(async () => {
      await put('rows_final', 1, 100, 0, { connected: 5 });
      await put('rows_final', 1, 101, 0, { connected: 2, ended: 1 });
      await put('rows_live', 1, 101, 0, { connected: -1 });
      await put('rows_live', 1, 101, 1, { connected: 4 });
      await put('rows_live', 1, 103, 1, { ended: 3 });
      await put('rows_live', 2, 101, 0, { connected: 9 });
      await put('rows_live', 3, 102, 0, { connected: 1 });
      await put('rows_live', 4, 102, 0, { connected: 1 });
    });

    it('is merged over partitions, live and final, for the whole and each value', async () => {
      expect(await rowChanges(db, 'b', NAMES, 101, 104)).toEqual([
        {
          attribute: '',
          value: '',
          rows: [
            { second: 101, connected: 5, ended: 1 },
            { second: 103, connected: 0, ended: 3 },
          ],
        },
        { attribute: 'edge', value: 'fra', rows: [{ second: 102, connected: 1, ended: 0 }] },
      ]);
    });

    it('is summed up, from the beginning on with what has been rolled up', async () => {
      await put('rows_final', 1, 0, 0, { connected: 100 });
      expect(await rowSums(db, 'b', ['connected'], 1, 103)).toEqual([
        { attribute: '', value: '', sums: { connected: 110 } },
        { attribute: 'edge', value: 'fra', sums: { connected: 1 } },
      ]);
    });

    it('is nothing of another broadcast', async () => {
      expect(await rowChanges(db, 'other', NAMES, 0, 1000)).toEqual([]);
    });
  });

  describe('stays in pages', () => {
    it('come each once, however small the page', async () => {
      for (const listener of ['a', 'b']) {
        for (const connection of ['', 'x']) {
          for (const start_at of [1000, 2000, 3000]) {
            await db
              .insertInto('stays')
              .values({
                ...{ broadcast_id: 1, listener, connection, room: 'main', start_at, end_at: start_at + 500, part: 0 },
                ...{ reason: 'server', role: 'listener', hearing: '[]', attrs: '{"edge":"fra"}', source: 'gw' },
                ...{ last_at: start_at, heartbeat_ms: 0, joined: 1, final: 1 },
              })
              .execute();
          }
        }
      }
      for (const size of [1, 5, 100]) {
        const seen: string[] = [];
        for await (const page of stayPages(db, 'b', size)) {
          for (const s of page) seen.push(`${s.listener} ${s.connection} ${s.start} ${s.reason} ${s.attrs?.edge}`);
        }
        expect(seen).toHaveLength(12);
        expect(new Set(seen).size).toBe(12);
        expect(seen[0]).toBe('a  1000 server fra');
      }
      for await (const page of stayPages(db, 'none')) expect(page).toEqual([]);
    });
  });
}
