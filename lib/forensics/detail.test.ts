import { describe, expect, it } from 'vitest';
import { detailOf } from './detail.ts';
import { detected, known, stay } from './made-broadcast.ts';

const stays = [
  stay('host', 1000, 2004, { role: 'host' }),
  stay('host', 2090, 3000, { role: 'host' }),
  stay('a', 1000, 2001, { reason: 'server' }),
  stay('a', 2061, 3000),
  stay('b', 1000, 2002, { reason: 'error' }),
  stay('b', 2071, 3000, { room: 'second' }),
  stay('c', 1000, 2002, { reason: 'server' }),
  stay('d', 1000, 2003),
  stay('e', 1000, 1999),
  stay('f', 1000, 2011),
  stay('g', 1000, 3000),
];

describe('the detail of a window', () => {
  const errors = [{ second: 2001, code: 'network', count: 3 }];
  const detail = detailOf(known(stays, { from: 1000, to: 3000 }), detected(2000, 2010), errors);

  it('tells where the dropped went, and who left by themselves', () => {
    expect(detail.droppedByReason).toEqual([
      { reason: 'server', listeners: 2 },
      { reason: 'error', listeners: 1 },
    ]);
    expect(detail.dropped).toEqual({ back: 1, elsewhere: 1, notBack: 1 });
    expect(detail.leftByThemselves).toBe(1);
    expect(detail.codes).toEqual([{ code: 'network', during: 3, before: 0 }]);
  });

  it('draws the audience there was, the one there would have been and its band', () => {
    expect(detail.audience[0]).toEqual({ second: 1700, connected: 7, expected: 7, lower: 7, upper: 7 });
    const at = detail.audience.find((a) => a.second === 2030);
    expect(at?.connected).toBe(1);
    expect(at?.lower).toBeLessThan(at?.expected ?? 0);
    expect(at?.expected).toBeLessThan(at?.upper ?? 0);
    expect(at?.upper).toBeLessThanOrEqual(4);
    expect(detail.audience.at(-1)?.second).toBe(2670);
  });

  it('shows the host lane around it', () => {
    expect(detail.crew.map((c) => [c.listener, c.from, c.to])).toEqual([
      ['host', 1_700_000, 2_004_000],
      ['host', 2_090_000, 2_670_000],
    ]);
  });
});
