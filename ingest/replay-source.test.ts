import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openWriteStore } from '../lib/store/open.ts';
import { openReplay } from './replay.ts';
import { AlreadyThereError } from './replay-source.ts';
import { readSettings } from './settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'headcount-replay-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('a topic that was counted into the store is neither replayed nor forgotten, unless it is to be replaced', async () => {
  const url = `sqlite:${join(folder, 'topic.db')}`;
  const read = readSettings({ HEADCOUNT_STORE: url });
  if (!read.ok) throw new Error(read.problems.join());
  const settings = { ...read.settings, dataFolder: folder };
  const value = Buffer.from('{"type":"join","ts":1700000000000,"broadcast":"night","listener":"a"}');
  const replay = async (replace: boolean): Promise<void> => {
    const options = { settings, speed: null, slices: 1, takeLate: false, replace, archive: false };
    const opened = await openReplay('kafka:events', options);
    await opened.run({
      name: 'kafka:events',
      trouble: () => null,
      async run(sink) {
        await sink.start(3);
        const records = [{ offset: 41, value, timestampMs: null }];
        await sink.batch({ partition: 3, records, nextOffset: 42, endOffset: 42 });
      },
    });
  };
  await replay(false);
  await expect(replay(false)).rejects.toBeInstanceOf(AlreadyThereError);
  const store = await openWriteStore(url);
  expect((await store.load('kafka:events', 3))?.nextOffset).toBe(42);
  await store.close();
  await replay(true);
});
