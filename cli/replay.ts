/** `headcount replay`: a recorded log through the very code of live ingest, into the store. */
import { access, constants } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DEAD_LETTER_FILE } from '../ingest/dead-letter-file.ts';
import { replayFile } from '../ingest/replay.ts';
import { numberOption, parseCommand, UsageError } from './arguments.ts';
import { settingsFor } from './context.ts';
import { progress } from './progress.ts';

export const help = `headcount replay FILE|-|kafka [options]

Reads a recorded log (NDJSON, also .gz; - is standard input) or the topic from its beginning into the store.

  --speed X|max     X times real time by event time; max (default): as fast as it goes
  --late            takes late events up instead of leaving them out
  --replace         replaces broadcasts that the store already has
  --archive         keeps the log for \`export events\`
  --partitions N    splits listeners over N counters inside (default 1)
  --store URL       sqlite:PATH or postgres://…
`;

export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseCommand(
    args,
    {
      speed: { type: 'string' },
      late: { type: 'boolean' },
      replace: { type: 'boolean' },
      archive: { type: 'boolean' },
      partitions: { type: 'string' },
      store: { type: 'string' },
    },
    ['FILE'],
  );
  const [file] = positionals;
  if (file === undefined) throw new UsageError('FILE is missing');
  const settings = settingsFor({ store: values.store });
  const speed =
    values.speed === undefined || values.speed === 'max'
      ? null
      : (numberOption('speed', values.speed, { min: 0.01, max: 1e6 }) ?? null);
  const slices = numberOption('partitions', values.partitions, { min: 1, max: 64, integer: true }) ?? 1;
  const options = {
    settings,
    speed,
    slices,
    takeLate: values.late === true,
    replace: values.replace === true,
    archive: values.archive === true,
  };
  if (file === 'kafka') {
    const { replayKafka } = await import('../ingest/replay-kafka.ts');
    const bar = progress({ label: 'replay', total: null, unit: 'records', stream: process.stderr });
    const { records, rejected } = await replayKafka(options, (done) => bar.update(done));
    bar.end();
    process.stderr.write(`replayed ${records} records${refused(rejected, settings.dataFolder)}\n`);
    return 0;
  }
  const path = file === '-' ? '-' : resolve(file);
  if (path !== '-') {
    await access(path, constants.R_OK).catch((cause: unknown) => {
      throw new Error(`A log was expected at ${file}, and it cannot be read: check the path and its permissions`, {
        cause,
      });
    });
  }
  const bar = progress({ label: 'replay', total: null, unit: 'bytes', stream: process.stderr });
  const { records, rejected, seconds } = await replayFile(path, options, (read, size) =>
    bar.update(read, size ?? undefined),
  );
  bar.end();
  process.stderr.write(
    `replayed ${records} records in ${seconds.toFixed(1)} s${refused(rejected, settings.dataFolder)}\n`,
  );
  return 0;
}

/** What did not fit, and where it is kept; empty where all did. */
function refused(rejected: Record<string, number>, dataFolder: string): string {
  const reasons = Object.entries(rejected);
  if (reasons.length === 0) return '';
  const sum = reasons.reduce((all, [, count]) => all + count, 0);
  const each = reasons.map(([reason, count]) => `${reason} ${count}`).join(', ');
  return `; ${sum} of them ${sum === 1 ? 'was' : 'were'} rejected (${each}) and ${sum === 1 ? 'is' : 'are'} kept in ${join(dataFolder, DEAD_LETTER_FILE)}`;
}
