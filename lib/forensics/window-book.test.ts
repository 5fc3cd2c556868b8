import { describe, expect, it } from 'vitest';
import type { DetectedWindow } from '../crash/detected.ts';
import type { CrashWindow } from '../numbers/report.ts';
import { detected, known, stay } from './made-broadcast.ts';
import { WindowBook } from './window-book.ts';
import { windowsOf } from './windows.ts';

const KNOWN = known(
  Array.from({ length: 60 }, (_, i) =>
    stay(`d${i}`, 1000, i < 30 ? 2001 : 3000, { reason: i < 30 ? 'server' : 'left' }),
  ),
  { from: 1000, to: 3000 },
);

interface Step {
  live?: DetectedWindow[];
  final?: DetectedWindow[];
  through?: number;
}

/** Lets the book see step after step, computing what it wants after each, and tells id, state and rev. */
function tell(steps: Step[], book = new WindowBook()): string[][] {
  return steps.map(({ live = [], final = [], through = 0 }) => {
    book.see({ live, final, finalThrough: through });
    book.put(compute(book));
    return book.told().map((w) => `${w.id} ${w.state} ${w.rev}`);
  });
}

function compute(book: WindowBook): CrashWindow[] {
  const wanted = book.wanted();
  return windowsOf({
    detected: wanted.map((w) => w.detected),
    known: KNOWN,
    stateOf: (d) => wanted.find((w) => w.detected === d)?.state ?? 'final',
  });
}

const open = detected(2000, null);
const closed = detected(2000, 2010);

describe('the life of a window', () => {
  it.each<[string, Step[], string[][]]>([
    ['nothing', [{}], [[]]],
    [
      'seen live, then closed, then recorded',
      [{ live: [open] }, { live: [closed] }, { live: [closed], final: [closed], through: 2100 }],
      [['w-1980 provisional 1'], ['w-1980 provisional 1'], ['w-1980 final 1']],
    ],
    [
      'not recorded while the final detector still has it open',
      [{ live: [closed] }, { live: [closed], final: [open], through: 2500 }],
      [['w-1980 provisional 1'], ['w-1980 provisional 1']],
    ],
    [
      'keeps its id when the final onset is another',
      [{ live: [open] }, { live: [closed], final: [detected(1970, 2012)], through: 2100 }],
      [['w-1980 provisional 1'], ['w-1980 final 1']],
    ],
    [
      'withdrawn when the live detector takes it back',
      [{ live: [open] }, {}, { through: 9999 }],
      [['w-1980 provisional 1'], ['w-1980 withdrawn 1'], ['w-1980 withdrawn 1']],
    ],
    [
      'withdrawn when the final numbers do not bear it out',
      [{ live: [closed] }, { live: [closed], through: 2190 }],
      [['w-1980 provisional 1'], ['w-1980 withdrawn 1']],
    ],
    [
      'not withdrawn before they have come that far',
      [{ live: [closed] }, { live: [closed], through: 2189 }],
      [['w-1980 provisional 1'], ['w-1980 provisional 1']],
    ],
    [
      'back after it was withdrawn',
      [{ live: [open] }, {}, { final: [closed], through: 2100 }],
      [['w-1980 provisional 1'], ['w-1980 withdrawn 1'], ['w-1980 final 1']],
    ],
    ['seen in the final numbers alone', [{ final: [closed], through: 2100 }], [['w-1980 final 1']]],
    [
      'amended after it was recorded',
      [
        { final: [closed], through: 2100 },
        { final: [detected(2000, 2030)], through: 2100 },
      ],
      [['w-1980 final 1'], ['w-1980 final 2']],
    ],
    [
      'never told where it is seen live only after the final numbers denied it',
      [{ live: [closed], through: 2500 }],
      [[]],
    ],
    [
      'recorded open when there will be nothing more',
      [{ live: [open] }, { final: [open], through: Number.POSITIVE_INFINITY }],
      [['w-1980 provisional 1'], ['w-1980 final 1']],
    ],
    [
      'two live ones that are one in the final numbers',
      [
        { live: [closed, detected(2100, 2110)] },
        { live: [closed, detected(2100, 2110)], final: [detected(2000, 2110)], through: 2300 },
      ],
      [
        ['w-1980 provisional 1', 'w-2100 provisional 1'],
        ['w-1980 final 1', 'w-2100 withdrawn 1'],
      ],
    ],
    ['two apart', [{ live: [closed, detected(2200, null)] }], [['w-1980 provisional 1', 'w-2160 provisional 1']]],
    [
      'audio is another kind',
      [
        { live: [detected(2500, null, { kind: 'audio' })] },
        { final: [detected(2500, 2520, { kind: 'audio' })], through: 2700 },
      ],
      [['audio-2460 provisional 1'], ['audio-2460 final 1']],
    ],
  ])('%s', (_, steps, told) => {
    expect(tell(steps)).toEqual(told);
  });

  it('goes on from what was stored', () => {
    const book = new WindowBook();
    tell([{ live: [open] }], book);
    const next = new WindowBook(book.told());
    expect(tell([{ live: [detected(1970, null)] }], next)).toEqual([['w-1980 provisional 1']]);
  });

  it('keeps a recorded window while a new process reads its way up to it', () => {
    const book = new WindowBook();
    tell([{ final: [closed], through: 2100 }], book);
    expect(tell([{ through: 1500 }, { final: [closed], through: 2100 }], new WindowBook(book.told()))).toEqual([
      ['w-1980 final 1'],
      ['w-1980 final 1'],
    ]);
  });
});

describe('what there is to do', () => {
  it('is nothing while nothing is seen', () => {
    const book = new WindowBook();
    book.see({ live: [], final: [], finalThrough: 1500 });
    expect([book.outdated, book.urgent, book.undecided]).toEqual([false, false, false]);
  });

  it('is urgent while a window is open', () => {
    const book = new WindowBook();
    tell([{ live: [open] }], book);
    book.see({ live: [open], final: [], finalThrough: 0 });
    expect([book.outdated, book.urgent]).toEqual([false, true]);
  });

  it('is to be told anew when a window changes, and rests once it is decided', () => {
    const book = new WindowBook();
    tell([{ live: [open] }], book);
    book.see({ live: [closed], final: [], finalThrough: 0 });
    expect([book.outdated, book.urgent]).toEqual([true, false]);
    book.see({ live: [], final: [closed], finalThrough: Number.POSITIVE_INFINITY });
    book.put(compute(book));
    expect([book.outdated, book.urgent, book.undecided]).toEqual([false, false, false]);
  });
});
