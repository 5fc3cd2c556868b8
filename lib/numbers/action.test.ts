import { describe, expect, it } from 'vitest';
import { aWindow } from '../compare/report-builder.ts';
import { decided, type WindowAction } from './action.ts';

const [a, b, c] = [1, 2, 3].map((n) => aWindow({ id: `w${n}`, onsetAt: n * 1000, dropped: n * 10 }));
if (!a || !b || !c) throw new Error('three windows were expected');
const seen = [a, b, c];

function did(verb: WindowAction['verb'], on: string, some: Partial<WindowAction> = {}): WindowAction {
  return { what: 'window', id: `${verb} ${on}`, at: 9, author: 'ann', verb, on, reason: null, joined: null, ...some };
}

function joins(...windows: { id: string; onsetAt: number }[]): WindowAction {
  const parts = windows.map(({ id, onsetAt }) => ({ id, onsetAt }));
  const window = aWindow({ id: 'made', onsetAt: parts[0]?.onsetAt ?? 0, dropped: 99 });
  return did('joined', parts[0]?.id ?? '', { joined: { parts, window } });
}

const told = (actions: WindowAction[], windows = seen) =>
  decided(windows, actions).map(({ id, state, rev, dropped }) => [id, state, rev, dropped]);

describe('windows as people decided', () => {
  it('are as they were seen where nobody decided anything', () => expect(decided(seen, [])).toEqual(seen));

  it('one acknowledged changes no number and no revision, and says who did it', () => {
    expect(told([did('acknowledged', 'w1')])).toEqual(told([]));
    expect(decided(seen, [did('acknowledged', 'w1')])[0]?.decisions).toEqual([
      { verb: 'acknowledged', at: 9, author: 'ann', reason: null },
    ]);
  });

  it('one dismissed is withdrawn and a new revision; restored it is as it was seen, once more a new one', () => {
    expect(told([did('dismissed', 'w2', { reason: 'a test' })])[1]).toEqual(['w2', 'withdrawn', 2, 20]);
    expect(told([did('dismissed', 'w2'), did('restored', 'w2')])[1]).toEqual(['w2', 'final', 3, 20]);
  });

  it('joined ones are one in place of the first; restored they stand apart again', () => {
    expect(told([joins(a, b)])).toEqual([
      ['w1', 'final', 2, 99],
      ['w3', 'final', 1, 30],
    ]);
    expect(decided(seen, [joins(a, b)])[0]?.joins).toEqual([
      { id: 'w1', onsetAt: 1000 },
      { id: 'w2', onsetAt: 2000 },
    ]);
    expect(told([joins(a, b), did('restored', 'w1')])).toEqual([
      ['w1', 'final', 3, 10],
      ['w2', 'final', 3, 20],
      ['w3', 'final', 1, 30],
    ]);
  });

  it('a joined one can be joined with the next: its parts are all three', () => {
    const [first] = decided(seen, [joins(a, b), joins({ ...a }, c)]);
    expect(first?.joins?.map(({ id }) => id)).toEqual(['w1', 'w2', 'w3']);
  });

  it('a decision about windows that are no longer seen as they were holds no more', () => {
    const moved = [a, { ...b, onsetAt: 2500 }, c];
    expect(decided(moved, [joins(a, b)])).toEqual(moved);
    expect(decided([a, c], [did('dismissed', 'w2')])).toEqual([a, c]);
  });
});
