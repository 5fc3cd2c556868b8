import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { madeUpLog } from './made-up-log.ts';
import { cleanUp, newFolder, output, type Product, startProduct } from './product.ts';

const START = Date.UTC(2024, 2, 1, 20);

afterAll(cleanUp);

describe('the events of a broadcast, exported and replayed into an empty store, give the same numbers', () => {
  it('of a made-up broadcast whose listeners fall silent', async () => {
    const folder = await newFolder();
    const made = await madeUpLog(folder, 'silent', { listeners: 300, minutes: 12, seed: 7, startAt: START });
    await replayed(folder, made.lines);
    await expectSame(folder, made.broadcast);
  });

  it('of a log with copies, late ones, disorder, lost records and lines that do not fit', async () => {
    const folder = await newFolder();
    const made = await madeUpLog(folder, 'flapping', { listeners: 150, minutes: 6, seed: 5, startAt: START });
    const lines = made.lines
      .filter((_, at) => at % 7 !== 3)
      .flatMap((line, at) => (at % 5 === 0 ? [line, line] : [line]));
    // every other pair the other way round, and some come again at the end: with another listener, and late
    const mixed = lines.map((line, at) => (at % 4 < 2 ? (lines[at ^ 1] ?? line) : line));
    const late = lines.slice(0, 40).map(renamed);
    await replayed(folder, [...mixed, ...late, '{"type":"join"}', 'no event at all']);
    await expectSame(folder, made.broadcast);
  });

  it('of a broadcast whose late events were taken up', async () => {
    const folder = await newFolder();
    const made = await madeUpLog(folder, 'calm', { listeners: 100, minutes: 5, seed: 7, startAt: START });
    const lines = made.lines.toSpliced(made.lines.length - 2, 0, ...made.lines.slice(0, 50).map(renamed));
    await replayed(folder, lines, ['--late']);
    await expectSame(folder, made.broadcast);
    expect(await output(['verify', made.broadcast], { folder })).toMatch(/are the same counted both ways/);
  });

  it('of a broadcast with notes and segments that were added and corrected afterwards', async () => {
    const folder = await newFolder();
    const made = await madeUpLog(folder, 'launch', { listeners: 200, minutes: 12, seed: 3, startAt: START });
    await replayed(folder, made.lines);
    const ingest = await startProduct('ingest', { folder });
    await add(ingest, { type: 'note', ts: START + 90_000, id: 'n1', label: 'moved capacity', author: 'ann' });
    await add(ingest, { type: 'note', ts: START + 95_000, id: 'n2', label: 'a slip' });
    await add(ingest, { type: 'segment_start', ts: START + 200_000, id: 's1', label: 'the walk-on' });
    await add(ingest, { type: 'segment_end', ts: START + 400_000, id: 's2', label: 'the walk-on' });
    await vi.waitFor(async () => expect(await reportOf(folder)).toMatch(/"label":"the walk-on"/), { timeout: 30_000 });
    const before = JSON.parse(await reportOf(folder));
    await add(ingest, { type: 'note', ts: START + 120_000, id: 'n3', label: 'moved it back', replaces: 'n1' });
    await add(ingest, { type: 'note', ts: START + 95_000, id: 'n4', label: '', replaces: 'n2' });
    await add(ingest, { type: 'segment_start', ts: START + 210_000, id: 's3', label: 'the walk', replaces: 's1' });
    await add(ingest, { type: 'segment_end', ts: START + 390_000, id: 's4', label: 'the walk', replaces: 's2' });
    await vi.waitFor(
      async () => expect(await reportOf(folder)).toContain(`"from":${START + 210_000},"to":${START + 390_000}`),
      {
        timeout: 30_000,
      },
    );
    await ingest.stop();
    const after = JSON.parse(await reportOf(folder));
    expect(after.rev).toBeGreaterThan(before.rev);
    expect(after.notes.map(({ label }: { label: string }) => label)).toContain('moved it back');
    expect(JSON.stringify(after)).not.toMatch(/moved capacity|a slip|the walk-on/);
    await expectSame(folder, made.broadcast);
  });
});

async function add(ingest: Product, event: Record<string, unknown>): Promise<void> {
  const answer = await fetch(`${ingest.ingestUrl}/v1/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: `${JSON.stringify({ broadcast: 'launch', ...event })}\n`,
  });
  if (!answer.ok) throw new Error(`The event was answered with ${answer.status}: ${await answer.text()}`);
}

async function reportOf(folder: string): Promise<string> {
  return JSON.stringify(JSON.parse(await output(['report', 'launch'], { folder })));
}

/** The same event of another listener: late, where it comes at the end of its log. */
function renamed(line: string): string {
  const event: Record<string, unknown> = JSON.parse(line);
  return JSON.stringify('listener' in event ? { ...event, listener: `late-${event.listener}` } : event);
}

async function replayed(folder: string, lines: readonly string[], more: readonly string[] = []): Promise<void> {
  await writeFile(join(folder, 'log.ndjson'), `${lines.join('\n')}\n`);
  await output(['replay', 'log.ndjson', '--archive', ...more], { folder });
}

async function expectSame(folder: string, broadcast: string): Promise<void> {
  const empty = join(folder, 'again');
  await mkdir(empty);
  await output(['export', 'events', broadcast, '--out', 'again/events.ndjson'], { folder });
  await output(['replay', 'events.ndjson', '--archive'], { folder: empty });
  const [before, after] = await Promise.all([everything(folder, broadcast), everything(empty, broadcast)]);
  expect(after).toEqual(before);
}

/** All that is exported of it, without `rev`; of the report all but `quality`; of the long ones a fingerprint and an end. */
async function everything(folder: string, broadcast: string) {
  const of = (kind: string, ...more: string[]) => output(['export', kind, broadcast, ...more], { folder });
  const [series, stays, crashes, events, report] = await Promise.all([
    of('series'),
    of('stays'),
    of('crashes'),
    of('events'),
    output(['report', broadcast], { folder }),
  ]);
  const { quality: _, ...told }: Record<string, unknown> = JSON.parse(report);
  return {
    series: fingerprint(series.replaceAll(/,\d+$/gm, ',')),
    stays: fingerprint(stays),
    events: fingerprint(events),
    crashes: withoutRev(JSON.parse(crashes)),
    report: withoutRev(told),
  };
}

function fingerprint(text: string): { bytes: number; sha256: string; lines: string[] } {
  return {
    bytes: text.length,
    sha256: createHash('sha256').update(text).digest('hex'),
    lines: text.split('\n').slice(-5),
  };
}

function withoutRev(value: unknown): string {
  return JSON.stringify(value, (key, each: unknown) => (key === 'rev' ? undefined : each));
}
