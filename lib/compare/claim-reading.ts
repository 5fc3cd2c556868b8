/** A first reading of what somebody said: which number, of which kind, of which segment. A person confirms all three. */
import { numbersIn } from './claimed-number.ts';
import type { Kind } from './kind.ts';

export interface ClaimReading {
  /** as it was written; null where the text has no number, or several */
  value: string | null;
  kind: Kind;
  /** label of a segment that the text names */
  segment: string | null;
}

/** The first that fits. */
const CUES: readonly [RegExp, Kind][] = [
  [/\b(?:listener|viewer)[- ]minutes\b/i, 'listener-minutes'],
  [/\baverage\b/i, 'average-minute-audience'],
  [/\b(?:views?|plays?|clicks?)\b/i, 'views'],
  [/\btuned in\b/i, 'tuned-in'],
  [/\b(?:households?|homes?)\b/i, 'households'],
  [/\bjoins\b/i, 'joins'],
  [
    /\b(?:peak(?:ed)?|concurrent(?:ly)?|at once|at (?:its|the) height|at the start|in the room|simultaneous(?:ly)?)\b/i,
    'peak',
  ],
  [/\b(?:in total|altogether|attended|came|took part|joined|unique|different people)\b/i, 'unique'],
  [/\b(?:heard|hearing|listened)\b/i, 'reach'],
  [/\b(?:connected|listening|watching|online)\b/i, 'connected'],
];

/** Kinds that mean another one where they are said of a segment. */
const OF_SEGMENT: Readonly<Partial<Record<Kind, Kind>>> = {
  reach: 'segment-half',
  unique: 'segment-any',
  unstated: 'segment-half',
};

/** `segments`: labels of the broadcast's segments. */
export function readClaimText(text: string, segments: readonly string[]): ClaimReading {
  const named = segments
    .filter((label) => label.trim() !== '' && text.toLowerCase().includes(label.toLowerCase()))
    .sort((a, b) => b.length - a.length);
  const segment = named[0] ?? null;
  const numbers = numbersIn(text);
  const cue = CUES.find(([words]) => words.test(text))?.[1] ?? 'unstated';
  return {
    value: numbers.length === 1 ? (numbers[0]?.written ?? null) : null,
    kind: segment === null ? cue : (OF_SEGMENT[cue] ?? cue),
    segment,
  };
}
