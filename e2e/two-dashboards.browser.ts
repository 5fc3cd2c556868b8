import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { openPostgres } from './postgres.ts';
import { cleanUp, freePorts, newFolder, startProduct } from './product.ts';
import { followFrames } from './sse-frames.ts';

const postgres = await openPostgres();

afterAll(async () => {
  await cleanUp();
  if ('stop' in postgres) await postgres.stop();
});

const WITHIN = { timeout: 90_000, interval: 300 };
const ID = 'talk';

/** Listeners come and go now, until it is told to stop. */
function sendOn(ingestUrl: string): { stop(): Promise<void> } {
  let going = true;
  const sent = (async () => {
    for (let n = 0; going; n++) {
      const ts = Date.now();
      const of = (type: string, who: number) => JSON.stringify({ type, ts, broadcast: ID, listener: `l${who}` });
      const lines = [of('join', 2 * n), of('join', 2 * n + 1), ...(n > 5 ? [of('leave', n)] : [])];
      const answer = await fetch(`${ingestUrl}/v1/events`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson' },
        body: lines.join('\n'),
      });
      if (!answer.ok) throw new Error(`The events were expected to be taken, and the answer was ${answer.status}.`);
      await pause(250);
    }
  })();
  return {
    stop: () => {
      going = false;
      return sent;
    },
  };
}

/** What an open page knows: its points by second; it comes back by itself with the id of what it had last. */
function openPage(url: string): { points: Map<number, string>; opened(): number; close(): void } {
  const points = new Map<number, string>();
  let opened = 0;
  const stream = followFrames(url, ID, {
    take(frame) {
      if (frame.reset) points.clear();
      for (const point of frame.points) points.set(point[0] ?? 0, JSON.stringify(point));
    },
    opened: () => void opened++,
  });
  return { points, opened: () => opened, close: stream.close };
}

function newest(points: ReadonlyMap<number, string>): number {
  return Math.max(0, ...points.keys());
}

const STORES = [
  ['SQLite', async (folder: string) => `sqlite:${folder}/data/two.db`],
  ['PostgreSQL', async () => ('skipped' in postgres ? '' : postgres.database())],
] as const;

describe('two dashboards on one store', () => {
  it.each(STORES.filter(([name]) => name === 'SQLite' || !('skipped' in postgres)))(
    'in %s: one is killed and comes back under an open page, which then knows every second as the other one does',
    async (_, store) => {
      const folder = await newFolder();
      const env = { HEADCOUNT_STORE: await store(folder) };
      const ingest = await startProduct('ingest', { folder, env });
      const sending = sendOn(ingest.ingestUrl);
      const [port] = await freePorts();
      const own = { ...env, HEADCOUNT_PORT: String(port) };
      const [killed, other] = await Promise.all([
        startProduct('dashboard', { folder, env: own }),
        startProduct('dashboard', { folder, env }),
      ]);
      const pages = [openPage(killed.url), openPage(other.url)] as const;
      try {
        await expect.poll(() => Math.min(...pages.map(({ points }) => points.size)), WITHIN).toBeGreaterThan(5);
        await killed.kill();
        const before = newest(pages[0].points);
        // the other one goes on meanwhile
        await expect.poll(() => newest(pages[1].points), WITHIN).toBeGreaterThan(before + 3);
        expect(newest(pages[0].points)).toBe(before);
        await startProduct('dashboard', { folder, env: own });
        await expect.poll(() => newest(pages[0].points), WITHIN).toBeGreaterThan(before + 6);
        expect(pages[0].opened()).toBeGreaterThan(1);
        await sending.stop();
        await expect
          .poll(() => [...pages[0].points].sort(([a], [b]) => a - b), WITHIN)
          .toEqual([...pages[1].points].sort(([a], [b]) => a - b));
        const seconds = [...pages[0].points.keys()].sort((a, b) => a - b);
        const from = seconds[0] ?? 0;
        expect(seconds).toEqual(seconds.map((_second, index) => from + index));
        expect(newest(pages[0].points)).toBeGreaterThan(before + 6);
      } finally {
        for (const page of pages) page.close();
        await sending.stop().catch(() => undefined);
      }
    },
    300_000,
  );
});
