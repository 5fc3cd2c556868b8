import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readPicture } from '../lib/chart/read.ts';
import { readReport } from '../lib/report/read.ts';
import { openReadStore } from '../lib/store/open.ts';
import { asExitCode } from './arguments.ts';
import { run } from './import.ts';

const folder = mkdtempSync(join(tmpdir(), 'import-'));
const file = join(folder, 'curve.csv');
const store = `sqlite:${join(folder, 'store.db')}`;
const AT = Date.UTC(2017, 0, 8, 16);

/** One sample a minute: an hour at 1,000, two missing, an hour at 1,000, a fall to 400 that lasts. */
const VALUES = [...Array(60).fill(1_000), '', -1, ...Array(60).fill(1_000), ...Array(60).fill(400)];

beforeAll(() => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const lines = VALUES.map((value, minute) => `${new Date(AT + minute * 60_000).toISOString()},${value}`);
  writeFileSync(file, `time,viewers\n${lines.join('\n')}\n`);
});
afterAll(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const OPTIONS = [
  '--broadcast',
  'march',
  '--kind',
  'concurrent',
  '--time',
  'time',
  '--value',
  'viewers',
  '--source',
  'A',
];

async function attempt(args: string[]): Promise<{ code: number; text: string }> {
  let text = '';
  const code = await asExitCode('import', () => run([...args, '--store', store]), {
    write: (part: string) => (text += part),
  });
  return { code, text };
}

describe('import curve', () => {
  it('makes a broadcast whose level is known, and nothing of people', async () => {
    expect(await attempt(['curve', file, ...OPTIONS, '--title', 'March town hall'])).toEqual({ code: 0, text: '' });
    const reader = await openReadStore(store);
    const [summary] = await reader.broadcasts();
    expect(summary).toMatchObject({
      broadcast: 'march',
      title: 'March town hall',
      kind: 'curve',
      peak: 1_000,
      complete: true,
    });
    const rows = await reader.series('march');
    expect(rows[0]).toMatchObject({ second: AT / 1000, connected: 1_000, hearing: null, state: 'final', rev: 1 });
    const report = await readReport(reader, 'march');
    expect(report).toMatchObject({ unique: null, reach: null, joins: null, peak: { connected: 1_000, at: AT } });
    expect(report?.averageMinuteAudience.connected).toBeCloseTo(
      (7_200 * 1_000 + 59 * 60 * 400 + 400) / (7_200 + 3_541),
      6,
    );
    await reader.close();
  });

  it('has a gap and not a fall where samples are missing, and a fall of the curve without a cause', async () => {
    const reader = await openReadStore(store);
    const windows = await reader.windows('march');
    expect(windows.map(({ type, source, onsetAt }) => [type, source, (onsetAt - AT) / 60_000])).toEqual([
      ['telemetry_gap', 'curve', 60],
      ['crash', 'curve', 121 + 1 / 60],
    ]);
    expect(windows[1]).toMatchObject({ connectedBefore: 1_000, connectedLowest: 400, dropped: null, causes: [] });
    const rows = await reader.series('march');
    expect(rows.some(({ second }) => second >= AT / 1000 + 3_600 && second < AT / 1000 + 3_720)).toBe(false);
    const picture = await readPicture(reader, 'march', { zone: 'UTC' }, async () => null);
    expect(picture?.points.every(({ connected }) => connected >= 400)).toBe(true);
    await reader.close();
  });

  it('refuses a broadcast that is there, unless it is to be replaced', async () => {
    expect(await attempt(['curve', file, ...OPTIONS])).toMatchObject({ code: 1 });
    expect((await attempt(['curve', file, ...OPTIONS])).text).toContain('already has the broadcast "march"');
    expect(await attempt(['curve', file, ...OPTIONS, '--replace'])).toEqual({ code: 0, text: '' });
  });

  it.each([
    [['events', file, ...OPTIONS], 2, 'must be curve, not "events"'],
    [['curve', file], 2, '--broadcast is missing'],
    [['curve', file, ...OPTIONS, '--kind', 'views'], 2, '--kind must be concurrent, not "views"'],
    [['curve', file, ...OPTIONS, '--value', 'chats'], 1, 'names "time", "viewers": choose one of those'],
    [['curve', join(folder, 'none.csv'), ...OPTIONS], 1, 'it cannot be read'],
  ])('answers %j with exit code %i and one sentence', async (args, code, sentence) => {
    const answer = await attempt(args);
    expect(answer.code).toBe(code);
    expect(answer.text).toContain(sentence);
    expect(answer.text.trimEnd().split('\n')).toHaveLength(1);
  });
});
