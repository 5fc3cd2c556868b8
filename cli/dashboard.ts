/** `headcount dashboard`: the web part alone. */
import { hostInAddress } from '../ingest/settings.ts';
import { parseCommand } from './arguments.ts';
import { contextFor } from './context.ts';
import { untilSignal } from './signals.ts';
import { startWeb } from './web.ts';

export const help = `headcount dashboard [options]

Shows what the store holds on HEADCOUNT_HOST:HEADCOUNT_PORT. The pages are built on the first start and after changes.

  --store URL       sqlite:PATH or postgres://…
`;

export async function run(args: string[]): Promise<number> {
  const { values } = parseCommand(args, { store: { type: 'string' } });
  const { settings, env } = contextFor({ store: values.store });
  const say = (sentence: string): void => void process.stderr.write(`headcount dashboard: ${sentence}\n`);
  const stopped = untilSignal();
  const web = await startWeb({ settings, env, say });
  say(`http://${hostInAddress(settings.host)}:${web.port}`);
  try {
    await Promise.race([stopped, web.ended]);
  } finally {
    await web.close();
  }
  return 0;
}
