/** What was said of the founding story, to be held against its recording or a simulation of it. */
import { countText } from '../format/number.ts';
import type { Claim } from './claim.ts';
import type { Kind } from './kind.ts';

/** As many as were in the first room at its fullest, as the press had it: the story's claims are of that size. */
const STORY_LISTENERS = 600_000;

interface Said {
  text: (number: string) => string;
  value: number;
  kind: Kind;
  segment?: string;
  about?: string;
  /** of another stream: it does not shrink with a simulation */
  fixed?: true;
}

const SAID: readonly Said[] = [
  { text: (n) => `${n} at the start`, value: 600_000, kind: 'peak' },
  { text: (n) => `${n} heard the speech`, value: 161_000, kind: 'segment-half', segment: 'the speech' },
  { text: (n) => `${n} attended in total`, value: 300_000, kind: 'unique' },
  { text: (n) => `${n} listened on average`, value: 500_000, kind: 'average-minute-audience' },
  { text: (n) => `${n} tuned in`, value: 3_400_000, kind: 'tuned-in', fixed: true },
  { text: (n) => `${n} watched a watermelon`, value: 807_000, kind: 'peak', about: 'watermelon-2016', fixed: true },
  { text: (n) => `${n} in March, without trouble`, value: 1_200_000, kind: 'peak', about: 'march', fixed: true },
];

/** `listeners`: the size of a simulation, 600,000 for the story itself; numbers shrink with it, to their own digits. */
export function storyClaims(listeners = STORY_LISTENERS): Claim[] {
  return SAID.map(({ text, value, kind, segment, about, fixed }) => {
    const number = countText(fixed ? value : scaled(value, listeners / STORY_LISTENERS));
    return { text: text(number), value: number, kind, at: null, segment: segment ?? null, about: about ?? null };
  });
}

/** With as many digits as the number had. */
function scaled(value: number, share: number): number {
  const exact = value * share;
  const digits = String(value).replace(/0+$/, '').length;
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, exact))) + 1 - digits);
  return Math.max(1, Math.round(exact / unit) * unit);
}
