/** Settings for a command: the environment, `.env`, and what the command line overrides. */
import type { Env } from '../ingest/setting-reader.ts';
import { loadEnv, readSettings, type Settings } from '../ingest/settings.ts';
import { UsageError } from './arguments.ts';

interface Overrides {
  store?: string | undefined;
}

/** `--store URL` overrides HEADCOUNT_STORE. Throws a UsageError naming every setting that is wrong. */
export function settingsFor(overrides: Overrides = {}): Settings {
  return contextFor(overrides).settings;
}

/** The settings, and the environment they were read from, for a process that reads it again. */
export function contextFor(overrides: Overrides = {}): { settings: Settings; env: Env } {
  const env = { ...loadEnv(process.cwd()) };
  if (overrides.store !== undefined) env.HEADCOUNT_STORE = overrides.store;
  const read = readSettings(env);
  if (!read.ok) throw new UsageError(read.problems.join('\n'));
  return { settings: read.settings, env };
}
