import { describe, expect, it } from 'vitest';
import { type ClaimedWindow, scoreStream, type TruthWindow } from './score.ts';
import { quantile } from './table.ts';

const ONSET = 1_000_000;

function truth(change: Partial<TruthWindow> = {}): TruthWindow {
  return {
    kind: 'crash',
    onsetAt: ONSET,
    serviceEndAt: ONSET + 30_000,
    dropped: 100,
    returned300: 0.6,
    lostPerSecond: [60, 60, 60],
    labelled: true,
    cause: null,
    ...change,
  };
}

function claim(change: Partial<ClaimedWindow> = {}): ClaimedWindow {
  return {
    onsetAt: ONSET,
    detectedAt: ONSET + 4_000,
    serviceEndAt: ONSET + 32_000,
    recoveredAt: null,
    lostMinutes: 3,
    returned300: 0.5,
    cause: null,
    ...change,
  };
}

describe('a score', () => {
  it.each<[string, TruthWindow[], ClaimedWindow[], { found: boolean[]; wrong: number }]>([
    ['found', [truth()], [claim()], { found: [true], wrong: 0 }],
    ['15 s early is found', [truth()], [claim({ onsetAt: ONSET - 15_000 })], { found: [true], wrong: 0 }],
    ['16 s early is not', [truth()], [claim({ onsetAt: ONSET - 16_000 })], { found: [false], wrong: 1 }],
    ['a minute after service came back', [truth()], [claim({ onsetAt: ONSET + 90_000 })], { found: [true], wrong: 0 }],
    ['later is false', [truth()], [claim({ onsetAt: ONSET + 91_000 })], { found: [false], wrong: 1 }],
    ['a second piece is false', [truth()], [claim(), claim({ onsetAt: ONSET + 50_000 })], { found: [true], wrong: 1 }],
    ['too few dropped to count', [truth({ dropped: 24 })], [], { found: [], wrong: 0 }],
    ['a window for too few is false', [truth({ dropped: 24 })], [claim()], { found: [], wrong: 1 }],
    ['nothing to find', [], [], { found: [], wrong: 0 }],
  ])('%s', (_, truths, claims, expected) => {
    const score = scoreStream(truths, claims, 3_600);
    expect({ found: score.truths.map((t) => t.found), wrong: score.falseAt.length }).toEqual(expected);
  });

  it('counts the false ones that are real but small', () => {
    const score = scoreStream([truth({ dropped: 24 })], [claim(), claim({ onsetAt: ONSET + 900_000 })], 3_600);
    expect([score.falseAt.length, score.small]).toEqual([2, 1]);
  });

  it('tells how far off a found window is', () => {
    const cause = { attribute: 'edge', value: 'fra-1' };
    const found = scoreStream([truth({ cause })], [claim({ onsetAt: ONSET + 500, cause })], 3_600).truths[0];
    expect(found).toMatchObject({
      delay: 4,
      onsetError: 0.5,
      serviceEndError: 2,
      lostMinutesError: 0,
      causeNamed: true,
    });
    expect(found?.returnRateError).toBeCloseTo(0.1);
  });

  it('holds lost minutes against the truth up to the claimed recovery', () => {
    const found = scoreStream([truth()], [claim({ recoveredAt: ONSET + 2_000 })], 3_600).truths[0];
    expect(found?.lostMinutesError).toBeCloseTo(0.5);
  });

  it('asks no cause where there was none, and none of what was missed', () => {
    expect(scoreStream([truth()], [claim()], 60).truths[0]?.causeNamed).toBeNull();
    const missed = scoreStream([truth({ cause: { attribute: 'edge', value: 'x' } })], [], 60).truths[0];
    expect(missed).toMatchObject({ found: false, delay: null, causeNamed: null });
  });
});

it('a quantile is the smallest value that the share does not exceed', () => {
  expect([quantile([], 0.5), quantile([3, 1, 2], 0.5), quantile([1, 2, 3, 4], 0.9), quantile([1, 2], 0.5)]).toEqual([
    null,
    2,
    4,
    1,
  ]);
});
