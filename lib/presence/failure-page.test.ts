import { describe, expect, it } from 'vitest';
import { ByteWriter } from './bytes.ts';
import { failedAttemptsIn, writeFailures } from './failure-page.ts';
import { Roster } from './roster.ts';

const MORE = 1;
const LESS = -1;

describe('failed attempts by listener', () => {
  const roster = new Roster(0, () => undefined);
  const ann = roster.listenerOf('ann');
  const odd = roster.listenerOf('\u0000 名 \ud800');

  function page(...steps: [who: number, second: number, byJoin: 0 | 1, sign: number][]): Uint8Array[] {
    const written = writeFailures(steps.flat(), roster, new ByteWriter());
    return written === null ? [] : [written];
  }

  it('come back by listener', () => {
    const pages = [...page([odd, 9, 0, MORE], [ann, 8, 0, MORE], [ann, 9, 0, MORE]), ...page([ann, 5, 0, MORE])];
    expect(failedAttemptsIn(pages, false)).toEqual([
      { listener: '\u0000 名 \ud800', seconds: [9] },
      { listener: 'ann', seconds: [8, 9, 5] },
    ]);
    expect(failedAttemptsIn(pages, true)).toEqual([]);
  });

  it('are those where audio is the join, or those where it is not', () => {
    expect(failedAttemptsIn(page([ann, 5, 1, MORE], [ann, 6, 0, MORE]), true)).toEqual([
      { listener: 'ann', seconds: [5] },
    ]);
  });

  it('are gone where they were taken back, in the same page or a later one', () => {
    expect(page([ann, 5, 0, MORE], [ann, 5, 0, LESS])).toEqual([]);
    const pages = [...page([ann, 5, 0, MORE], [ann, 6, 0, MORE]), ...page([ann, 5, 0, LESS])];
    expect(failedAttemptsIn(pages, false)).toEqual([{ listener: 'ann', seconds: [6] }]);
  });

  it('count once a second, however many there were', () => {
    const twice = page([ann, 5, 0, MORE], [ann, 5, 0, MORE]);
    expect(failedAttemptsIn(twice, false)).toEqual([{ listener: 'ann', seconds: [5] }]);
  });
});
