import { spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { embeddedLogPath, embeddedSource, openEmbeddedLog } from './embedded-log.ts';
import type { Sink } from './source.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headcount-log-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const event = (n: number) =>
  JSON.stringify({ type: 'join', ts: 1_700_000_000_000 + n, broadcast: 'b', listener: `l${n}` });
const content = () => readFileSync(embeddedLogPath(folder), 'utf8');

function write(text: string): void {
  mkdirSync(dirname(embeddedLogPath(folder)), { recursive: true });
  writeFileSync(embeddedLogPath(folder), text);
}

/** Remembers what it was given; `caughtUpAt` resolves once everything up to that byte has been read. */
function recorder(from: number | null = null) {
  const seen: { offset: number; text: string }[] = [];
  const ends: number[] = [];
  let upTo = -1;
  let waiting: { at: number; resolve: () => void }[] = [];
  const sink: Sink = {
    start: async () => from,
    owned: async () => {},
    async batch({ records, endOffset }) {
      for (const { offset, value } of records) seen.push({ offset, text: value.toString() });
      ends.push(endOffset);
    },
    caughtUp(_, end) {
      upTo = end;
      for (const w of waiting) if (w.at <= end) w.resolve();
      waiting = waiting.filter((w) => w.at > end);
    },
    safeOffsets: () => new Map(),
  };
  const caughtUpAt = (at: number) =>
    upTo >= at ? Promise.resolve() : new Promise<void>((resolve) => waiting.push({ at, resolve }));
  return { sink, seen, ends, caughtUpAt };
}

describe('the embedded log', () => {
  it('is made where there is none, and keeps lines across openings', async () => {
    const first = await openEmbeddedLog(folder);
    await first.append([event(1), event(2)]);
    await first.close();
    const second = await openEmbeddedLog(folder);
    await second.append(Buffer.from(event(3)));
    await second.append([]);
    await second.close();
    expect(content()).toBe(`${event(1)}\n${event(2)}\n${event(3)}\n`);
  });

  it('cuts off a line that a crash tore, wherever it was torn', async () => {
    const whole = `${event(1)}\n`;
    const torn = event(2);
    for (let cut = 1; cut < torn.length; cut++) {
      write(whole + torn.slice(0, cut));
      const log = await openEmbeddedLog(folder);
      expect(log.repaired).toContain(`${cut} bytes of a line that was never finished`);
      await log.append([event(3)]);
      await log.close();
      expect(content()).toBe(`${whole}${event(3)}\n`);
    }
  });

  it('ends a whole last event that has no line end', async () => {
    write(`${event(1)}\n${event(2)}`);
    const log = await openEmbeddedLog(folder);
    expect(log.repaired).toContain('an event without a line end');
    await log.append([event(3)]);
    await log.close();
    expect(content()).toBe(`${event(1)}\n${event(2)}\n${event(3)}\n`);
  });

  it('cuts off what a power cut left empty', async () => {
    write(`${event(1)}\n${'\0'.repeat(200_000)}`);
    const log = await openEmbeddedLog(folder);
    await log.close();
    expect(content()).toBe(`${event(1)}\n`);
  });

  it('refuses an event with a line end inside, and takes nothing after closing', async () => {
    const log = await openEmbeddedLog(folder);
    await expect(log.append(['{"a":\n1}'])).rejects.toThrow('An event must be one line');
    await log.close();
    await expect(log.append([event(1)])).rejects.toThrow('is closed');
    expect(content()).toBe('');
  });

  it('has one writer, who is named to the next', async () => {
    const log = await openEmbeddedLog(folder);
    await expect(openEmbeddedLog(folder)).rejects.toThrow(
      `is being written by another process (process ${process.pid} on`,
    );
    await log.close();
    await (await openEmbeddedLog(folder)).close();
  });

  it('can be written again after its writer was killed', async () => {
    const code = `const { openEmbeddedLog } = await import(${JSON.stringify(new URL('./embedded-log.ts', import.meta.url).href)});
      const log = await openEmbeddedLog(${JSON.stringify(folder)});
      await log.append([${JSON.stringify(event(1))}]);
      process.stdout.write('safe');
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    await expect(openEmbeddedLog(folder)).rejects.toThrow(`process ${child.pid} on`);
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
    const log = await openEmbeddedLog(folder);
    await log.append([event(2)]);
    await log.close();
    expect(content()).toBe(`${event(1)}\n${event(2)}\n`);
  }, 30_000);
});

describe('the embedded log as a source', () => {
  it('reads on from where the store stands, and follows appends', async () => {
    const log = await openEmbeddedLog(folder);
    await log.append([event(1), event(2)]);
    const from = event(1).length + 1;
    const { sink, seen, ends, caughtUpAt } = recorder(from);
    const stop = new AbortController();
    const running = log.source().run(sink, stop.signal);
    await caughtUpAt(log.size());
    await log.append([event(3)]);
    await caughtUpAt(log.size());
    stop.abort();
    await running;
    expect(seen).toEqual([
      { offset: from, text: event(2) },
      { offset: 2 * from, text: event(3) },
    ]);
    expect(ends).toEqual([2 * from, 3 * from]);
    await log.close();
  });

  it('reads every line once while many write', async () => {
    const log = await openEmbeddedLog(folder);
    const { sink, seen, caughtUpAt } = recorder();
    const stop = new AbortController();
    const running = log.source().run(sink, stop.signal);
    await Promise.all(Array.from({ length: 500 }, (_, n) => log.append([event(n)])));
    await caughtUpAt(log.size());
    stop.abort();
    await running;
    expect(seen.map(({ text }) => text).sort()).toEqual(Array.from({ length: 500 }, (_, n) => event(n)).sort());
    await log.close();
  });

  it('stops at once when it is told to while it waits', async () => {
    const log = await openEmbeddedLog(folder);
    const { sink, caughtUpAt } = recorder();
    const stop = new AbortController();
    const running = log.source().run(sink, stop.signal);
    await caughtUpAt(0);
    stop.abort();
    await running;
    await log.close();
  });

  it('says so when the log is shorter than what was counted', async () => {
    write(`${event(1)}\n`);
    const log = await openEmbeddedLog(folder);
    await expect(log.source().run(recorder(1_000).sink, new AbortController().signal)).rejects.toThrow(
      'has counted the log',
    );
    await log.close();
  });

  it('follows what another process writes, and takes no half line', async () => {
    const stop = new AbortController();
    const { sink, seen, caughtUpAt } = recorder();
    const running = embeddedSource(folder).run(sink, stop.signal);
    write(`${event(1)}\n${event(2).slice(0, 20)}`);
    await caughtUpAt(event(1).length + 1);
    expect(seen.map(({ text }) => text)).toEqual([event(1)]);
    appendFileSync(embeddedLogPath(folder), `${event(2).slice(20)}\n`);
    await caughtUpAt(2 * (event(1).length + 1));
    stop.abort();
    await running;
    expect(seen.map(({ text }) => text)).toEqual([event(1), event(2)]);
  });
});
