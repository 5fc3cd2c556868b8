/** A claimed number as it was written: its digits say how exactly it was meant (SEMANTICS 9). */

export interface ClaimedNumber {
  value: number;
  /** half a unit of the last non-zero digit as written */
  halfUnit: number;
  /** "about", "nearly", "over" and the like stood before it */
  about: boolean;
}

export interface WrittenNumber extends ClaimedNumber {
  /** as it stands in the text, words such as "about" with it */
  written: string;
}

export interface NumberSpan {
  low: number;
  high: number;
}

/** A claim is never meant more exactly than this share of it. */
const LEAST_SHARE = 0.01;

const SCALES: Readonly<Record<string, number>> = {
  k: 1e3,
  thousand: 1e3,
  m: 1e6,
  mn: 1e6,
  mio: 1e6,
  million: 1e6,
  bn: 1e9,
  b: 1e9,
  billion: 1e9,
};

/** Words before a number that make it a round one. A bound ("over", "at most") is read as a figure near the number too. */
const VAGUE =
  'about|around|approximately|approx\\.?|roughly|circa|ca\\.?|some|nearly|almost|close to|just under|just over|over|under|above|below|' +
  'more than|less than|fewer than|at least|at most|up to|upwards of|an estimated|estimated|~|≈';
const DIGITS = "\\d+(?:[,_'’ \\u00a0\\u202f]\\d{3})+(?:\\.\\d+)?|\\d+(?:\\.\\d+)?|\\.\\d+";
const SCALE = 'thousand|million|billion|mio|mn|bn|k|m|b';
const NUMBER = new RegExp(`(?:(?<![\\w.])(${VAGUE})\\s*)?(?<![\\w.,])(${DIGITS})(?:\\s*(${SCALE})(?![\\w]))?`, 'giu');

/** Every number written in a text, in order. Only a point is a decimal mark; commas and blanks group thousands. */
export function numbersIn(text: string): WrittenNumber[] {
  return [...text.matchAll(NUMBER)].flatMap((match) => {
    const digits = (match[2] ?? '').replace(/[^\d.]/g, '');
    const scale = SCALES[(match[3] ?? '').toLowerCase()] ?? 1;
    const value = Number(digits) * scale;
    if (!Number.isFinite(value)) return [];
    const orSo = /^\s*(?:or so|or thereabouts|-?ish\b)/i.test(text.slice(match.index + match[0].length));
    const about = match[1] !== undefined || orSo;
    return [{ value, halfUnit: halfUnit(digits) * scale, about, written: match[0] }];
  });
}

/**
 * The number of a claim from how its value was written (`161000`, `161,000`, `1.2M`, `about 300000`); "about" also counts
 * where it stands before the same number in the claim's text. Null where there is not exactly one number.
 */
export function claimedNumber(written: string, text: string): ClaimedNumber | null {
  const found = numbersIn(written.trim());
  const [number] = found;
  if (number === undefined || found.length !== 1 || leftOver(written) !== '') return null;
  const vagueInText = numbersIn(text).some((other) => other.about && other.value === number.value);
  return { value: number.value, halfUnit: number.halfUnit, about: number.about || vagueInText };
}

/** What was claimed spans this much, both ends included. */
export function spanOfClaim({ value, halfUnit: half, about }: ClaimedNumber): NumberSpan {
  const reach = Math.max(half, value * LEAST_SHARE) * (about ? 2 : 1);
  return { low: Math.max(0, value - reach), high: value + reach };
}

export function inSpan(value: number, span: NumberSpan): boolean {
  return value >= span.low && value <= span.high;
}

/** What stands beside the number and says nothing about it: there must be none of it. */
function leftOver(written: string): string {
  return written
    .replace(NUMBER, '')
    .replace(/\b(?:or so|or thereabouts|people|listeners|viewers)\b/gi, '')
    .trim();
}

/** `digits`: digits with at most one point. Of 0 it is half of one. */
function halfUnit(digits: string): number {
  const [whole = '', fraction = ''] = digits.split('.');
  const decimals = fraction.replace(/0+$/, '');
  if (decimals !== '') return 0.5 / 10 ** decimals.length;
  const zeros = /0*$/.exec(whole)?.[0].length ?? 0;
  return /[1-9]/.test(whole) ? 0.5 * 10 ** zeros : 0.5;
}
