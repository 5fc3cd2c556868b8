import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { OutgoingRecord } from '../ingest/kafka/producer.ts';
import { record } from '../lib/simulate/recount.ts';
import { asExitCode } from './arguments.ts';
import { run } from './simulate.ts';
import { openStandardOutput, producerOutput } from './simulate-output.ts';

const folder = mkdtempSync(join(tmpdir(), 'simulate-'));
const SMALL = ['--listeners', '50', '--minutes', '4'];

beforeAll(() => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterAll(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

async function attempt(args: string[]): Promise<{ code: number; text: string }> {
  let text = '';
  const code = await asExitCode('simulate', () => run(args), { write: (part: string) => (text += part) });
  return { code, text };
}

describe('simulate', () => {
  it('writes the events to a file and the truth to another', async () => {
    const to = join(folder, 'crash.ndjson');
    const truth = join(folder, 'truth.json');
    expect(await attempt(['crash', ...SMALL, '--to', to, '--truth', truth, '--seed', '3'])).toEqual({
      code: 0,
      text: '',
    });
    const expected = record({ scenario: 'crash', listeners: 50, minutes: 4, seed: 3 });
    const lines = readFileSync(to, 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(expected.events.length);
    expect(lines.map((line) => JSON.parse(line).ts)).toEqual(expected.events.map(({ ts }) => ts));
    expect(JSON.parse(readFileSync(truth, 'utf8'))).toEqual(expected.truth);
  });

  it('writes the same bytes again, and the same text compressed', async () => {
    const names = ['a.ndjson', 'b.ndjson', 'c.ndjson.gz'];
    for (const name of names) expect((await attempt(['calm', ...SMALL, '--to', join(folder, name)])).code).toBe(0);
    const [a, b, c] = names.map((name) => readFileSync(join(folder, name)));
    expect(b).toEqual(a);
    expect(gunzipSync(c ?? '')).toEqual(a);
  });

  it('keeps to the pace of event time', async () => {
    const to = join(folder, 'paced.ndjson');
    const startedAt = performance.now();
    expect((await attempt(['calm', '--listeners', '20', '--minutes', '2', '--to', to, '--speed', '500'])).code).toBe(0);
    expect(performance.now() - startedAt).toBeGreaterThan(200);
  });

  it.each([
    [[], 2, 'SCENARIO is missing'],
    [['mayhem', '--to', '-'], 2, 'there is no scenario "mayhem": choose one of launch, calm,'],
    [['calm'], 2, '--to is missing'],
    [['calm', '--to', '-', '--listeners', 'many'], 2, '--listeners must be a whole number from 1 to 2000000'],
    [['calm', '--to', '-', '--speed', '0'], 2, '--speed must be a number'],
    [['calm', '--to', '-', '--start', 'soon'], 2, '--start must be a time'],
    [['calm', '--to', '-', '--broadcast', ''], 2, 'the broadcast id must have 1 to 120 characters'],
    [['silent', '--to', '-', '--heartbeat', '0'], 2, 'scenario silent needs heartbeats'],
    [['calm', '--to', 'kafka', '--start', '2090-01-01T00:00:00Z'], 2, 'dated ahead of the clock'],
    [['calm', '--to', join(folder, 'none', 'x')], 1, 'should be written, but its folder does not exist'],
    [['calm', '--to', folder], 1, 'should be written, but it is a folder'],
    [['calm', '--to', '-', '--truth', folder], 1, 'should be written, but it is a folder'],
  ])('answers %j with exit code %i and one sentence', async (args, code, sentence) => {
    const answer = await attempt(args);
    expect(answer.code).toBe(code);
    expect(answer.text).toContain(sentence);
    expect(answer.text.trimEnd().split('\n')).toHaveLength(1);
  });
});

describe('outputs', () => {
  const { events } = record({ scenario: 'calm', listeners: 50, minutes: 4 });

  it('keys listeners by their id and control events by their broadcast, and keeps the order', async () => {
    const sent: OutgoingRecord[] = [];
    let closed = false;
    const output = producerOutput({
      send: async (records) => void sent.push(...records),
      close: async () => {
        closed = true;
      },
    });
    expect(await output.write(events)).toBe(true);
    await output.end();
    expect(sent.map(({ key }) => key)).toEqual(events.map((e) => ('listener' in e ? e.listener : e.broadcast)));
    expect(sent.map(({ value }) => JSON.parse(value).ts)).toEqual(events.map(({ ts }) => ts));
    expect(closed).toBe(true);
  });

  it('closes the producer and says so when records cannot be sent', async () => {
    let closed = false;
    const output = producerOutput({
      send: async () => {
        throw new Error('the broker is gone');
      },
      close: async () => {
        closed = true;
      },
    });
    await output.write(events);
    await expect(output.end()).rejects.toThrow('the broker is gone');
    expect(closed).toBe(true);
  });

  it('waits for a slow reader', async () => {
    let waiting = 0;
    let most = 0;
    const slow = new Writable({
      highWaterMark: 1,
      write(_chunk, _encoding, done) {
        most = Math.max(most, ++waiting);
        setImmediate(() => {
          waiting--;
          done();
        });
      },
    });
    const output = openStandardOutput(slow);
    for (let lot = 0; lot < 5; lot++) {
      expect(await output.write(events)).toBe(true);
      expect(slow.writableLength).toBe(0);
    }
    await output.end();
    expect(most).toBe(1);
    expect(slow.writableEnded).toBe(false);
  });

  it('stops without an error when the reader of standard output goes away', async () => {
    const gone = new Writable({
      write(_chunk, _encoding, done) {
        done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
      },
    });
    const output = openStandardOutput(gone);
    expect(await output.write(events)).toBe(false);
    await expect(output.end()).resolves.toBeUndefined();
  });
});
