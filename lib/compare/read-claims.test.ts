import { describe, expect, it } from 'vitest';
import { NOTHING_COUNTED, publish } from '../numbers/rows.ts';
import type { SecondRow } from '../numbers/second.ts';
import type { SeriesQuery } from '../store/store.ts';
import type { Claim } from './claim.ts';
import { measuredFor } from './read-claims.ts';
import { aReport } from './report-builder.ts';

const START = 1_684_965_600;
const WEEK_SECONDS = 7 * 86_400;
const known = { hearing: true, errors: false, attempts: false, comments: false, silence: false };
const claim: Claim = { text: '', value: '300', kind: 'connected', at: null, segment: null, about: null };
const audience = { any: 0, half: 0, most: 0, averageMinuteAudience: null };
const report = aReport({
  segments: [{ label: 'The speech', from: START * 1000 + 60_000, to: START * 1000 + 90_000, ...audience }],
});

/** The audience at a second is the second's place in the week. */
function rowAt(second: number): SecondRow {
  const progress = { watermark: Number.POSITIVE_INFINITY, longestTimeout: 0 };
  return publish({ ...NOTHING_COUNTED, second, connected: second - START }, known, progress, 1);
}

async function read(about: Partial<Claim>) {
  const seconds: number[] = [];
  const reader = {
    async series(_: string, { from = START, to = START + WEEK_SECONDS }: SeriesQuery = {}): Promise<SecondRow[]> {
      const rows = Array.from({ length: to - from }, (_, i) => rowAt(from + i));
      seconds.push(rows.length);
      return rows;
    },
  };
  const { levels } = await measuredFor(reader, report, { ...claim, ...about }, async () => null);
  return { levels, seconds: seconds.reduce((sum, length) => sum + length, 0) };
}

describe('of the rows of a week', () => {
  it('an instant is one second', async () => {
    const at = (START + 500_000) * 1000 + 250;
    const { levels, seconds } = await read({ at, segment: 'nowhere' });
    expect(levels.at(at)?.connected).toBe(500_000);
    expect(seconds).toBe(1);
  });

  it('a segment is its own seconds', async () => {
    const { levels, seconds } = await read({ segment: 'the speech' });
    expect(levels.within(START * 1000 + 60_000, START * 1000 + 90_000)?.connected).toBe(89);
    expect(seconds).toBeLessThanOrEqual(32);
  });

  it('a claim about the whole is none', async () => {
    expect((await read({})).seconds).toBe(0);
  });
});
