/** Kinds of audience numbers. Only equal kinds compare: two numbers of different kinds never share an axis. */

export const KINDS = [
  'peak',
  'connected',
  'hearing',
  'unique',
  'reach',
  'segment-any',
  'segment-half',
  'segment-most',
  'average-minute-audience',
  'listener-minutes',
  'joins',
  'views',
  'tuned-in',
  'visits',
  'households',
  'unstated',
] as const;
export type Kind = (typeof KINDS)[number];

export interface KindWords {
  /** on a chip: `peak concurrent` */
  name: string;
  /** what is counted, as a sentence without its full stop */
  means: string;
  /** why it is not to be held against another kind */
  unlike: string;
}

export const KIND_WORDS: Readonly<Record<Kind, KindWords>> = {
  peak: {
    name: 'peak concurrent',
    means: 'Most distinct listeners in the room at one second',
    unlike: 'counts people at the fullest second, not over the whole event',
  },
  connected: {
    name: 'concurrent at an instant',
    means: 'Distinct listeners in the room at the instant, whether or not sound arrives',
    unlike: 'counts people at one stated moment',
  },
  hearing: {
    name: 'hearing',
    means: 'Distinct listeners in the room with sound playing',
    unlike: 'counts only people with sound',
  },
  unique: {
    name: 'unique listeners',
    means: 'Distinct listeners with any presence, a union over rooms and devices',
    unlike: 'counts everybody who was ever there, however briefly',
  },
  reach: {
    name: 'reach',
    means: 'Distinct listeners who heard 60 s or more in total',
    unlike: 'counts distinct people over the whole event, not people at once',
  },
  'segment-any': {
    name: 'heard any of a segment',
    means: 'Distinct listeners hearing 1 s or more of the segment',
    unlike: 'counts people over one segment, not over the event',
  },
  'segment-half': {
    name: 'heard half of a segment',
    means: 'Distinct listeners hearing 50 % or more of the segment',
    unlike: 'counts people over one segment, not over the event',
  },
  'segment-most': {
    name: 'heard most of a segment',
    means: 'Distinct listeners hearing 90 % or more of the segment',
    unlike: 'counts people over one segment, not over the event',
  },
  'average-minute-audience': {
    name: 'average-minute audience',
    means: 'Listener-minutes over the minutes of runtime, gaps between rooms included',
    unlike: 'is an average over the event, not a count of people at once',
  },
  'listener-minutes': {
    name: 'listener-minutes',
    means: 'Connected, summed over every second, in minutes',
    unlike: 'counts minutes, not people',
  },
  joins: {
    name: 'joins',
    means: 'Openings of a connection; one listener may join many times',
    unlike: 'counts every joining, so one person may be in it many times',
  },
  views: {
    name: 'views',
    means: 'Plays of a stream or of its recording',
    unlike: 'counts plays, live or later, not people at once',
  },
  'tuned-in': {
    name: 'tuned in',
    means: "A platform's running total of starts, live and afterwards",
    unlike: 'counts every start, live or later; nobody knows how many at once',
  },
  visits: {
    name: 'visits',
    means: 'Starts of a session, several for one person',
    unlike: 'counts every start of a session, not people',
  },
  households: {
    name: 'households',
    means: 'Homes in which the event was on at some time',
    unlike: 'counts homes over the whole event, not people at once',
  },
  unstated: {
    name: 'kind not stated',
    means: 'A number of people of whom nobody said how they were counted',
    unlike: 'does not say how it was counted',
  },
};

const ALIASES: Readonly<Record<string, Kind>> = {
  'peak-concurrent': 'peak',
  'peak-connected': 'peak',
  concurrent: 'connected',
  'segment-audience': 'segment-half',
  segment: 'segment-half',
  any: 'segment-any',
  half: 'segment-half',
  most: 'segment-most',
  uniques: 'unique',
  'unique-listeners': 'unique',
  ama: 'average-minute-audience',
  average: 'average-minute-audience',
  minutes: 'listener-minutes',
  'tuned-in': 'tuned-in',
  tuned: 'tuned-in',
};

/** A kind by its name or a usual other word for it, in any case, with blanks, `_` or `-`; null where there is none. */
export function parseKind(text: string): Kind | null {
  const word = text
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/g, '-');
  return KINDS.find((kind) => kind === word) ?? (Object.hasOwn(ALIASES, word) ? (ALIASES[word] ?? null) : null);
}
