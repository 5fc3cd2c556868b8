/** Numbers as text: whole numbers in full, U+2212 for minus, a narrow no-break space before `%`. */

export const MINUS = '\u2212';
export const NARROW = '\u202f';

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** `612,480`, `−128` */
export function countText(value: number): string {
  const text = grouped.format(Math.abs(Math.round(value)));
  return value < 0 && text !== '0' ? MINUS + text : text;
}

/** `+412`, `−128`, `0` */
export function signedCountText(value: number): string {
  return Math.round(value) > 0 ? `+${countText(value)}` : countText(value);
}

/** Axis labels alone: `600k`, `1.25M`, `0`, `40` */
export function axisCountText(value: number): string {
  if (Math.abs(value) >= 1_000_000) return `${trim(value / 1_000_000, 2)}M`;
  if (Math.abs(value) >= 1_000) return `${trim(value / 1_000, 2)}k`;
  return trim(value, 2);
}

/** A per-second rate: whole from 10 up, one decimal below where it has one: `412`, `0.4`, `3`, `0` */
export function rateText(perSecond: number): string {
  const tenths = Math.round(perSecond * 10);
  return Math.abs(perSecond) >= 10 ? countText(perSecond) : fixed(perSecond, tenths % 10 === 0 ? 0 : 1);
}

/** `+412/s`, `−0.4/s`, `0/s` */
export function signedRateText(perSecond: number): string {
  const text = rateText(perSecond);
  return `${perSecond > 0 && Number.parseFloat(text) !== 0 ? '+' : ''}${text}/s`;
}

/** A ratio 0..1 as `17.3 %`; `tight` drops the decimal from 10 % up. */
export function shareText(ratio: number, form: { tight?: boolean } = {}): string {
  const percent = ratio * 100;
  return `${fixed(percent, form.tight && Math.abs(percent) >= 10 ? 0 : 1)}${NARROW}%`;
}

/** A change as a ratio: `−61.0 %`, `+3.1 %`, `0.0 %` */
export function changeText(ratio: number, form: { decimals?: number } = {}): string {
  const text = fixed(ratio * 100, form.decimals ?? 1);
  return `${ratio > 0 && Number.parseFloat(text) !== 0 ? '+' : ''}${text}${NARROW}%`;
}

/** `7.1×`, `0.29×`: two significant digits below 1, one decimal above */
export function timesText(ratio: number): string {
  return `${Math.abs(ratio) >= 1 ? fixed(ratio, 1) : fixed(ratio, 2)}×`;
}

function fixed(value: number, decimals: number): string {
  const text = Math.abs(value).toFixed(decimals);
  const whole = text.split('.');
  const head = grouped.format(Number(whole[0]));
  const body = whole[1] === undefined ? head : `${head}.${whole[1]}`;
  return value < 0 && Number(text) !== 0 ? MINUS + body : body;
}

function trim(value: number, decimals: number): string {
  return String(Number(value.toFixed(decimals))).replace('-', MINUS);
}
