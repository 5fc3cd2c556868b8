/** Notes as numbered squares on a time axis: those that would cover each other are one square with their numbers. */
import type { Note } from './remarks.ts';

/** In CSS pixels. */
export interface NoteMark {
  /** of the first of them, inside the square */
  at: number;
  left: number;
  width: number;
  /** `3`, or `3–5` for several */
  text: string;
  /** what they say, one a line */
  label: string;
}

const SIDE = 14;
const DIGIT = 6;
const BETWEEN = 2;

/** `notes` in the order of their numbers, which is that of time; only those with `x` in `reach` are shown. */
export function noteMarks(
  notes: readonly Note[],
  x: (at: number) => number,
  reach: { from: number; to: number },
): NoteMark[] {
  const marks: { mark: NoteMark; first: number }[] = [];
  notes.forEach((note, index) => {
    const at = x(note.at);
    if (at < reach.from || at > reach.to) return;
    let first = index + 1;
    let mark = { at, ...square(at - SIDE / 2, String(first), reach.to), label: note.label };
    for (let last = marks.at(-1); last !== undefined && covers(last.mark, mark); last = marks.at(-1)) {
      marks.pop();
      first = last.first;
      const joined = square(last.mark.left, `${first}–${index + 1}`, reach.to);
      mark = { at: last.mark.at, ...joined, label: `${last.mark.label}\n${mark.label}` };
    }
    marks.push({ mark, first });
  });
  return marks.map(({ mark }) => mark);
}

function covers(before: NoteMark, mark: NoteMark): boolean {
  return mark.left < before.left + before.width + BETWEEN;
}

/** From `left`, but for what would reach too far beyond `end`. */
function square(left: number, text: string, end: number): Pick<NoteMark, 'left' | 'width' | 'text'> {
  const width = Math.max(SIDE, text.length * DIGIT + 6);
  return { left: Math.min(left, end + SIDE / 2 - width), width, text };
}
