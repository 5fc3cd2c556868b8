/** `headcount start`: ingest and dashboard together on one machine. */
import { demoBegun, runDemo } from '../ingest/demo.ts';
import { openLive } from '../ingest/live.ts';
import { hostInAddress } from '../ingest/settings.ts';
import { openReadStore } from '../lib/store/open.ts';
import { parseCommand } from './arguments.ts';
import { contextFor } from './context.ts';
import { untilSignal } from './signals.ts';
import { startWeb } from './web.ts';

export const help = `headcount start [options]        (the same as npm start)

Ingest and dashboard together. Nothing configured: a SQLite store under ./data, the dashboard on http://127.0.0.1:3000, and,
while the store is empty, the demo broadcast. With KAFKA_BROKERS set it reads the topic. Ctrl-C ends everything.

  --store URL       sqlite:PATH or postgres://…
`;

export async function run(args: string[]): Promise<number> {
  const { values } = parseCommand(args, { store: { type: 'string' } });
  const { settings, env } = contextFor({ store: values.store });
  const say = (sentence: string): void => void process.stderr.write(`headcount: ${sentence}\n`);
  const stopped = untilSignal();
  const wantsDemo = settings.kafka === null && (await isEmpty(settings.store, settings.dataFolder));
  const live = await openLive(settings, say);
  const ending = new AbortController();
  const demo = wantsDemo && live.log ? runDemo(live.log, settings, Date.now(), ending.signal) : Promise.resolve();
  const failed = demo.then(() => new Promise<never>(() => undefined));
  let web: Awaited<ReturnType<typeof startWeb>> | null = null;
  try {
    if (wantsDemo) say('the store has no broadcast of yours: showing the demo, a simulated one');
    say(`metrics and POST /v1/events on http://${hostInAddress(settings.host)}:${live.port}`);
    const opening = startWeb({ settings, env, metricsPort: live.port, say });
    web = await Promise.race([opening, stopped.then(() => null), live.ended.then(() => null), failed]);
    if (!web) {
      web = await opening.catch(() => null);
      return 0;
    }
    say(`dashboard on http://${hostInAddress(settings.host)}:${web.port}`);
    await Promise.race([stopped, live.ended, web.ended, failed]);
  } finally {
    ending.abort();
    await demo.catch(() => undefined);
    await web?.close();
    await live.close();
  }
  return 0;
}

/** Nothing but a demo that was begun and may go on. */
async function isEmpty(store: string, folder: string): Promise<boolean> {
  const reader = await openReadStore(store);
  try {
    const all = await reader.broadcasts();
    return all.length === 0 || (all.every((b) => b.demo) && (await demoBegun(folder)));
  } finally {
    await reader.close();
  }
}
