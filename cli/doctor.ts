/** `headcount doctor`: checks settings, broker, topic keying, store, clock; says what to do next. */

import { once } from 'node:events';
import { createServer } from 'node:net';
import { probeKafka } from '../ingest/kafka/probe.ts';
import { loadEnv, readSettings, type Settings, withoutPassword } from '../ingest/settings.ts';
import { openReadStore } from '../lib/store/open.ts';
import { parseCommand } from './arguments.ts';

export const help = `headcount doctor [options]

Checks settings, store, broker, topic keying, ports and clock, and says what to do next. Exit 1 where something is wrong.

  --store URL       sqlite:PATH or postgres://…
`;

interface Finding {
  level: 'ok' | 'warning' | 'problem';
  sentence: string;
}

const MARK = { ok: '✓', warning: '!', problem: '✕' } as const;
const PROBE_MS = 10_000;
/** A record this much ahead of our clock says that one of the clocks is wrong, ms. */
const CLOCK_SLACK_MS = 60_000;

export async function run(args: string[]): Promise<number> {
  const { values } = parseCommand(args, { store: { type: 'string' } });
  let worst = 0;
  const tell = (findings: readonly Finding[]): void => {
    for (const { level, sentence } of findings) {
      process.stdout.write(`${MARK[level]} ${sentence}\n`);
      if (level === 'problem') worst = 1;
    }
  };
  const env = { ...loadEnv(process.cwd()) };
  if (values.store !== undefined) env.HEADCOUNT_STORE = values.store;
  const read = readSettings(env);
  if (!read.ok) {
    tell(read.problems.map((sentence) => ({ level: 'problem', sentence })));
    return 1;
  }
  const { settings } = read;
  tell([{ level: 'ok', sentence: `Node ${process.version}, settings are valid` }]);
  tell(await checkStore(settings));
  tell(await checkKafka(settings));
  tell([
    await checkPort(settings.host, settings.port, 'HEADCOUNT_PORT', 'the dashboard'),
    await checkPort(settings.host, settings.metricsPort, 'HEADCOUNT_METRICS_PORT', 'metrics and POST /v1/events'),
  ]);
  process.stdout.write(
    worst === 0
      ? 'Nothing stands in the way: `npm start`.\n'
      : 'Mend what is marked ✕, then run `headcount doctor` again.\n',
  );
  return worst;
}

async function checkStore(settings: Settings): Promise<Finding[]> {
  try {
    const reader = await openReadStore(settings.store);
    try {
      const broadcasts = await reader.broadcasts();
      const findings: Finding[] = [
        {
          level: 'ok',
          sentence: `The store ${withoutPassword(settings.store)} can be read and written; it has ${
            broadcasts.length === 0
              ? 'no broadcast yet'
              : `${broadcasts.length} broadcast${broadcasts.length === 1 ? '' : 's'}: ${broadcasts
                  .slice(0, 8)
                  .map((b) => b.broadcast)
                  .join(', ')}`
          }`,
        },
      ];
      for (const b of broadcasts) {
        const facts = await reader.facts(b.broadcast);
        if (facts?.periodMissing) {
          findings.push({
            level: 'warning',
            sentence: `Heartbeats of "${b.broadcast}" come on connections without a period, so silence never ends one: send heartbeatMs on join, or set HEADCOUNT_HEARTBEAT_MS`,
          });
        }
        const split = await reader.splitListeners(b.broadcast);
        if (split > 0) {
          findings.push({
            level: 'warning',
            sentence: `${split} listeners of "${b.broadcast}" came in more than one partition, so listeners are counted too high there: key the topic by listener id`,
          });
        }
        if (!b.complete && b.lastAt > Date.now() + CLOCK_SLACK_MS) {
          findings.push({
            level: 'warning',
            sentence: `The newest event of "${b.broadcast}" is dated ${Math.round((b.lastAt - Date.now()) / 1000)} s in the future: set this machine's or the sender's clock`,
          });
        }
      }
      return findings;
    } finally {
      await reader.close();
    }
  } catch (error) {
    return [{ level: 'problem', sentence: error instanceof Error ? error.message : String(error) }];
  }
}

async function checkKafka(settings: Settings): Promise<Finding[]> {
  if (settings.kafka) return probeKafka(settings.kafka, PROBE_MS);
  return [{ level: 'ok', sentence: 'KAFKA_BROKERS is not set: events come over HTTP into the embedded log' }];
}

async function checkPort(host: string, port: number, setting: string, what: string): Promise<Finding> {
  const server = createServer();
  server.listen(port, host);
  try {
    await once(server, 'listening');
    server.close();
    return { level: 'ok', sentence: `Port ${port} of ${host} is free for ${what}` };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return {
      level: 'warning',
      sentence: `Port ${port} of ${host} cannot be had for ${what} (${code}): Headcount may be running already; else set ${setting}`,
    };
  }
}
