/** Settings for a command: the environment, `.env`, and what the command line overrides. */
import { loadEnv, readSettings, type Settings } from '../ingest/settings.ts';
import { UsageError } from './arguments.ts';

/** `--store URL` overrides HEADCOUNT_STORE. Throws a UsageError naming every setting that is wrong. */
export function settingsFor(overrides: { store?: string | undefined } = {}): Settings {
  const env = { ...loadEnv(process.cwd()) };
  if (overrides.store !== undefined) env.HEADCOUNT_STORE = overrides.store;
  const read = readSettings(env);
  if (!read.ok) throw new UsageError(read.problems.join('\n'));
  return read.settings;
}
