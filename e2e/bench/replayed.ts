/** Lines of a log through the code of `headcount replay` into a store, without a file. */
import { tmpdir } from 'node:os';
import { openReplay } from '../../ingest/replay.ts';
import { readSettings } from '../../ingest/settings.ts';

export async function replayed(url: string, lines: readonly string[]): Promise<void> {
  const read = readSettings({ HEADCOUNT_STORE: url });
  if (!read.ok) throw new Error(read.problems.join('\n'));
  const settings = { ...read.settings, dataFolder: tmpdir() };
  const replay = await openReplay(
    'file:bench',
    { settings, speed: null, slices: 1, takeLate: false, replace: false, archive: false },
    null,
  );
  const records = lines.map((line, offset) => ({ offset, value: Buffer.from(line), timestampMs: null }));
  await replay.run({
    name: 'file:bench',
    trouble: () => null,
    async run(sink) {
      await sink.start(0);
      await sink.batch({ partition: 0, records, nextOffset: records.length, endOffset: records.length });
    },
  });
}
