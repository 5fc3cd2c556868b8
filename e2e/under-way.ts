/** A recorded broadcast that happens now: what its log says is past goes in at once, the rest when its time comes. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { output, until } from './product.ts';

export interface UnderWay {
  /** epoch ms: what is sent up to this has been accepted */
  sentUntil(): number;
  /** stops sending; what was not sent is not sent */
  stop(): Promise<void>;
}

const LOT = 20_000;
const STEP_MS = 200;

interface Line {
  ts: number;
  text: string;
}

/**
 * Sends a log over HTTP as its time comes, and again where nobody answered, as a gateway does. Resolves once what is past
 * has been accepted.
 */
export async function sendAsItHappens(log: string, ingestUrl: () => string): Promise<UnderWay> {
  const lines = (await readFile(log, 'utf8'))
    .split('\n')
    .filter((text) => text !== '')
    .map((text): Line => ({ ts: Number(JSON.parse(text).ts), text }));
  let next = 0;
  let sentUntil = 0;
  let stopped = false;

  async function sendPast(): Promise<void> {
    const now = Date.now();
    let end = next;
    while (end < lines.length && end - next < LOT && (lines[end]?.ts ?? 0) <= now) end++;
    if (end > next) {
      const body = lines
        .slice(next, end)
        .map(({ text }) => text)
        .join('\n');
      const answer = await fetch(`${ingestUrl()}/v1/events`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson' },
        body,
      }).catch(() => null);
      if (answer === null || answer.status >= 500) return;
      if (!answer.ok) throw new Error(`The events were not taken: ${answer.status} ${await answer.text()}`);
      next = end;
    }
    sentUntil = Math.min(now, lines[next]?.ts ?? now);
  }

  await until(
    async () => {
      await sendPast();
      return (lines[next]?.ts ?? Number.POSITIVE_INFINITY) > Date.now() - 1000;
    },
    60_000,
    () => `${log} is not accepted by ${ingestUrl()}.`,
  );
  const sending = (async () => {
    while (!stopped && next < lines.length) {
      await sendPast();
      await pause(STEP_MS);
    }
  })();
  sending.catch(() => {});
  return {
    sentUntil: () => sentUntil,
    async stop() {
      stopped = true;
      await sending;
    },
  };
}

/** A launch of 65 minutes fails at minute 17 of it, a shorter one that much earlier. */
const FAILS_AT_SHARE = 17 / 65;

export interface LaunchOptions {
  folder: string;
  listeners: number;
  minutes: number;
  /** how long ago its room failed, ms; below 0: it will */
  failedMs: number;
  broadcast?: string;
}

/** Writes a launch whose room failed that long ago; the path of its log. */
export async function launchLog(options: LaunchOptions): Promise<{ log: string; onsetAt: number }> {
  const { folder, listeners, minutes, failedMs, broadcast = 'launch' } = options;
  const onsetAt = Date.now() - failedMs;
  const start = Math.round(onsetAt - minutes * 60_000 * FAILS_AT_SHARE);
  const log = join(folder, 'launch.ndjson');
  await output(
    [
      ...['simulate', 'launch', '--to', log, '--broadcast', broadcast, '--start', String(start)],
      ...['--listeners', String(listeners), '--minutes', String(minutes), '--heartbeat', '10000'],
    ],
    { folder },
  );
  return { log, onsetAt };
}
