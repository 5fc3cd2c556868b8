import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type NoteMark, noteMarks } from './note-marks.ts';

const REACH = { from: 38, to: 300 };

function marks(...places: number[]): NoteMark[] {
  const notes = places.map((at, index) => ({ id: `n${index}`, at, label: `note ${index + 1}`, author: null }));
  return noteMarks(notes, (at) => at, REACH);
}

describe('marks of notes', () => {
  it('stand at their instants, numbered', () =>
    expect(marks(100, 200)).toMatchObject([
      { at: 100, left: 93, width: 14, text: '1', label: 'note 1' },
      { at: 200, left: 193, width: 14, text: '2', label: 'note 2' },
    ]));

  it('that would cover each other are one, with what each says', () =>
    expect(marks(100, 108, 110, 200)).toMatchObject([
      { at: 100, text: '1–3', label: 'note 1\nnote 2\nnote 3' },
      { at: 200, text: '4' },
    ]));

  it('keep their numbers where earlier ones are out of sight', () =>
    expect(marks(10, 100, 400).map(({ text }) => text)).toEqual(['2']));

  it('never cover each other, and each note in sight is in one of them', () => {
    const places = fc.array(fc.integer({ min: 0, max: 340 }), { maxLength: 30 });
    fc.assert(
      fc.property(places, (some) => {
        const sorted = [...some].sort((a, b) => a - b);
        const found = marks(...sorted);
        const inSight = sorted.filter((at) => at >= REACH.from && at <= REACH.to).length;
        expect(found.flatMap(({ label }) => label.split('\n'))).toHaveLength(inSight);
        for (const [index, mark] of found.entries()) {
          const next = found[index + 1];
          expect(mark.at).toBeGreaterThanOrEqual(mark.left);
          expect(mark.left + mark.width).toBeLessThanOrEqual(REACH.to + 7);
          if (next !== undefined) expect(next.left).toBeGreaterThan(mark.left + mark.width);
        }
      }),
    );
  });
});
