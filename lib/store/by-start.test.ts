import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Stay } from '../presence/stay.ts';
import { byStart } from './by-start.ts';

function stay(start: number, at: number): Stay {
  return {
    listener: `l${at} "ü\n名"`,
    connection: '',
    room: 'r',
    start,
    end: null,
    reason: null,
    role: 'listener',
    hearing: [[start, null]],
    attrs: { client: 'ios' },
    source: null,
    lastEvidence: start,
    heartbeatMs: 0,
    joined: true,
  };
}

async function* pages(stays: Stay[], size: number): AsyncGenerator<Stay[]> {
  for (let from = 0; from < stays.length; from += size) yield stays.slice(from, from + size);
}

async function all(stays: AsyncIterable<Stay[]>): Promise<Stay[]> {
  const list: Stay[] = [];
  for await (const page of stays) list.push(...page);
  return list;
}

describe('stays in order of their start', () => {
  it('are the same whether they fit into one lot or wait in files, and those of one start keep their order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(20), { maxLength: 200, size: 'max' }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 60 }),
        async (starts, size, lot) => {
          const stays = starts.map(stay);
          const expected = stays.toSorted((a, b) => a.start - b.start);
          expect(await all(byStart(pages(stays, size), lot))).toEqual(expected);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('leave no file behind where nobody reads them to their end', async () => {
    // a folder for temporary files of its own: others write theirs meanwhile
    const folder = mkdtempSync(join(tmpdir(), 'headcount-by-start-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    vi.stubEnv('TMPDIR', folder);
    onTestFinished(() => void vi.unstubAllEnvs());
    const files = () => readdirSync(folder).filter((name) => name.startsWith('headcount-stays-')).length;
    const stays = Array.from({ length: 20_000 }, (_, at) => stay(at % 7, at));
    for await (const page of byStart(pages(stays, 1000), 1500)) {
      expect(page.length).toBeGreaterThan(0);
      expect(files()).toBe(1);
      break;
    }
    expect(files()).toBe(0);
  });
});
