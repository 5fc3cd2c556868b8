import { describe, expect, it } from 'vitest';
import { joinedDetection } from './joined.ts';
import { detected, known, stay } from './made-broadcast.ts';
import { windowsOf } from './windows.ts';

const HOST = stay('host', 1000, 3000, { role: 'host' });
const lost = (name: string, at: number) =>
  Array.from({ length: 30 }, (_, i) => stay(`${name}${i}`, 1000, at, { reason: 'server' }));
const STEADY = Array.from({ length: 60 }, (_, i) => stay(`s${i}`, 1000, 3000));

describe('windows that are one', () => {
  const [first, second] = [detected(2000, 2010), detected(2100, 2110)];

  it('go from the first onset to the last end', () => {
    expect(joinedDetection([first, second])).toMatchObject({ onset: 2000, serviceEnd: 2110, closedAt: 2170 });
    expect(joinedDetection([first, detected(2100, null)])).toMatchObject({ serviceEnd: null, closedAt: null });
  });

  it('cost what both cost, each of the dropped once', () => {
    const facts = known([HOST, ...lost('a', 2001), ...lost('b', 2101), ...STEADY], { from: 1000, to: 3000 });
    const input = { known: facts, stateOf: () => 'final' as const };
    const apart = windowsOf({ ...input, detected: [first, second] });
    const [whole] = windowsOf({ ...input, detected: [joinedDetection([first, second])] });
    expect(apart.map(({ dropped }) => dropped)).toEqual([30, 30]);
    expect(whole).toMatchObject({ id: apart[0]?.id, dropped: 60, connectedBefore: 120, connectedLowest: 60 });
  });
});
