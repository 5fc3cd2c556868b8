import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ODD_NAMES, oddLines } from '../lib/event/odd-lines.ts';
import { run } from './verify.ts';

/** Broadcasts counted in one go: opening a store costs more than counting one. */
const AT_ONCE = 20;
const RUNS = Math.ceil(Number(process.env.ODD_RUNS ?? 200) / AT_ONCE);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headcount-odd-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Exit code, and what was said. */
async function verified(lines: readonly Buffer[]): Promise<{ code: number; said: string }> {
  const path = join(folder, 'odd.ndjson');
  await writeFile(path, Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')])));
  let said = '';
  const out = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said += text;
    return true;
  });
  try {
    return { code: await run([path]), said };
  } finally {
    out.mockRestore();
  }
}

describe('headcount verify agrees', () => {
  it('on who asked in the ten seconds a broadcast begins in', async () => {
    const event = (type: string, ts: number, listener: string): Buffer =>
      Buffer.from(JSON.stringify({ type, ts, broadcast: 'b', listener }));
    const begin = 1_700_000_003_123;
    const lines = [
      event('attempt', begin, 'u1'),
      event('attempt', begin + 500, 'u2'),
      event('join', begin + 900, 'u1'),
    ];
    expect(await verified(lines)).toMatchObject({ code: 0 });
  });

  it('on who is let in on another device in the millisecond in which an attempt fails', async () => {
    const event = (type: string, ts: number, more: object): Buffer =>
      Buffer.from(JSON.stringify({ type, ts: 1_700_000_000_000 + ts, broadcast: 'b', listener: 'u', ...more }));
    const lines = [
      event('attempt', 1000, { connection: 'phone' }),
      event('error', 2000, { connection: 'phone', code: 'capacity', fatal: true }),
      event('join', 2000, {}),
      event('leave', 2000, {}),
      event('join', 9000, {}),
    ];
    expect(await verified(lines)).toMatchObject({ code: 0 });
  });

  it('on logs of every odd kind', async () => {
    const broadcasts = fc.uniqueArray(fc.constantFrom(...ODD_NAMES), { minLength: AT_ONCE, maxLength: AT_ONCE });
    const logs = broadcasts.chain((names) => fc.tuple(...names.map((name) => oddLines({ broadcasts: [name] }))));
    await fc.assert(
      fc.asyncProperty(logs, async (all) => {
        const { code, said } = await verified(all.flat());
        if (code !== 0) throw new Error(said);
      }),
      { numRuns: RUNS },
    );
  });
});
