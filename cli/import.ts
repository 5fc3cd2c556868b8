/** `headcount import`: what others counted, beside what was counted here. */
import { readFile } from 'node:fs/promises';
import { CurveFileError, readCurve } from '../ingest/curve.ts';
import { importCurve } from '../ingest/import-curve.ts';
import { parseKind } from '../lib/compare/kind.ts';
import { clockMinuteText, dayText, zoneShortText } from '../lib/format/clock.ts';
import { countText } from '../lib/format/number.ts';
import { openTables, openWriteStore } from '../lib/store/open.ts';
import { parseCommand, UsageError } from './arguments.ts';
import { settingsFor } from './context.ts';

export const help = `headcount import curve FILE.csv [options]

Reads a viewer-count curve as a broadcast: its level over time, and the falls and gaps of the curve. It has no listeners,
joins or leaves, so numbers that need them are unknown. Empty cells, null and -1 are missing samples: a gap, never a fall.

  --broadcast ID    the id it gets
  --kind concurrent what the column counts; only viewers at one time make a curve
  --time COLUMN     column of instants: ISO 8601 (UTC where no zone is given), epoch seconds or milliseconds
  --value COLUMN    column of viewers
  --source TEXT     who counted
  --title TEXT      what it is called
  --replace         replaces the broadcast where the store already has it
  --store URL       sqlite:PATH or postgres://…
`;

export async function run(args: string[]): Promise<number> {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseCommand(
    args,
    {
      broadcast: text,
      kind: text,
      time: text,
      value: text,
      source: text,
      title: text,
      replace: { type: 'boolean' },
      store: text,
    },
    ['curve', 'FILE.csv'],
  );
  const [what, file = ''] = positionals;
  if (what !== 'curve') throw new UsageError(`what to import must be curve, not "${what}"`);
  const broadcast = bounded('broadcast', values.broadcast, 128);
  const time = bounded('time', values.time, 1_000);
  const value = bounded('value', values.value, 1_000);
  const source = bounded('source', values.source, 280);
  const title = values.title === undefined ? null : bounded('title', values.title, 280);
  const kind = values.kind === undefined ? undefined : parseKind(values.kind);
  if (kind !== 'connected') {
    const came = values.kind === undefined ? 'it is missing' : `not "${values.kind}"`;
    throw new UsageError(`--kind must be concurrent, ${came}: only a count of viewers at one time makes a curve`);
  }
  const settings = settingsFor({ store: values.store });
  const samples = parsed(file, await readFile(file, 'utf8').catch(unreadable(file)), { time, value });
  await makeRoom(settings.store, broadcast, values.replace === true);
  const tables = await openTables(settings.store);
  try {
    const done = await importCurve(tables, { broadcast, title, source, samples }, Date.now());
    const when = (at: number) =>
      `${dayText(at, settings.timezone)}, ${clockMinuteText(at, settings.timezone)} ${zoneShortText(at, settings.timezone)}`;
    process.stderr.write(
      `imported ${countText(done.samples)} samples (${countText(done.missing)} missing, ${done.gaps} gaps), ` +
        `${when(done.from)} to ${when(done.to)}, peak ${countText(done.peak)}, ${done.falls} falls of the curve\n`,
    );
  } finally {
    await tables.destroy();
  }
  return 0;
}

function bounded(name: string, text: string | undefined, most: number): string {
  if (text === undefined) throw new UsageError(`--${name} is missing`);
  if (text === '' || text.length > most) throw new UsageError(`--${name} must have 1 to ${most} characters`);
  return text;
}

function parsed(file: string, text: string, columns: { time: string; value: string }): ReturnType<typeof readCurve> {
  try {
    return readCurve(text, columns);
  } catch (error) {
    if (error instanceof CurveFileError) throw new Error(`${file}: ${error.message}`, { cause: error });
    throw error;
  }
}

function unreadable(file: string): (cause: unknown) => never {
  return (cause) => {
    throw new Error(`A curve was expected at ${file}, and it cannot be read: check the path and its permissions`, {
      cause,
    });
  };
}

async function makeRoom(url: string, broadcast: string, replace: boolean): Promise<void> {
  const store = await openWriteStore(url);
  try {
    if (!(await store.has(broadcast))) return;
    if (!replace) {
      throw new Error(
        `The store already has the broadcast "${broadcast}": add --replace to import it anew, or choose another --broadcast`,
      );
    }
    await store.remove(broadcast);
  } finally {
    await store.close();
  }
}
