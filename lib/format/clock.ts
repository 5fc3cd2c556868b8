/** Instants as text in a named time zone (IANA). All instants are epoch milliseconds. */
import { MINUS } from './number.ts';

interface Parts {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;
const formats = new Map<string, Intl.DateTimeFormat>();

/** Whether the platform knows this zone; `UTC` always. */
export function isZone(zone: string): boolean {
  try {
    partsFormat(zone);
    return true;
  } catch {
    return false;
  }
}

/** `18:04:12` */
export function clockText(at: number, zone: string): string {
  const parts = partsAt(at, zone);
  return `${two(parts.hour)}:${two(parts.minute)}:${two(parts.second)}`;
}

/** `18:04` */
export function clockMinuteText(at: number, zone: string): string {
  const parts = partsAt(at, zone);
  return `${two(parts.hour)}:${two(parts.minute)}`;
}

/** `24 May 2023`; without the year where `now` falls in the same one: `24 May` */
export function dayText(at: number, zone: string, now?: number): string {
  const parts = partsAt(at, zone);
  const text = `${parts.day} ${MONTHS[parts.month - 1] ?? ''}`;
  return now !== undefined && partsAt(now, zone).year === parts.year ? text : `${text} ${parts.year}`;
}

/** `18:04:12` today, `24 May, 18:04:12` on another day of this year, with the year before that */
export function instantText(at: number, zone: string, now: number): string {
  return sameDay(at, now, zone) ? clockText(at, zone) : `${dayText(at, zone, now)}, ${clockText(at, zone)}`;
}

/** the same to the minute: `19:30`, `23 May, 19:30` */
export function instantMinuteText(at: number, zone: string, now: number): string {
  return sameDay(at, now, zone) ? clockMinuteText(at, zone) : `${dayText(at, zone, now)}, ${clockMinuteText(at, zone)}`;
}

/** `EDT, UTC−4`, `CEST, UTC+2`, `UTC`, `UTC+5:30` where the zone has no letters */
export function zoneText(at: number, zone: string): string {
  const offset = offsetText(zoneOffset(at, zone));
  const letters = zoneLetters(at, zone);
  if (letters === null || letters === 'UTC') return offset;
  return `${letters}, ${offset}`;
}

/** `EDT`, or `UTC+5:30` where the zone has no letters */
export function zoneShortText(at: number, zone: string): string {
  return zoneLetters(at, zone) ?? offsetText(zoneOffset(at, zone));
}

/** Milliseconds to add to an instant to read its wall clock in the zone. */
export function zoneOffset(at: number, zone: string): number {
  const parts = partsAt(at, zone);
  const wall = Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second);
  return wall - Math.floor(at / 1000) * 1000;
}

/** `2023-05-24T22:04:12Z`, as files carry it */
export function isoSecondText(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

function zoneLetters(at: number, zone: string): string | null {
  for (const locale of ['en-US', 'en-GB', 'en-AU']) {
    const name = new Intl.DateTimeFormat(locale, { timeZone: zone, timeZoneName: 'short' })
      .formatToParts(at)
      .find((part) => part.type === 'timeZoneName')?.value;
    if (name !== undefined && /^[A-Z]{2,5}$/.test(name)) return name;
  }
  return null;
}

function offsetText(offset: number): string {
  if (offset === 0) return 'UTC';
  const minutes = Math.round(Math.abs(offset) / 60_000);
  const rest = minutes % 60 === 0 ? '' : `:${two(minutes % 60)}`;
  return `UTC${offset < 0 ? MINUS : '+'}${Math.floor(minutes / 60)}${rest}`;
}

function sameDay(a: number, b: number, zone: string): boolean {
  const left = partsAt(a, zone);
  const right = partsAt(b, zone);
  return left.year === right.year && left.month === right.month && left.day === right.day;
}

function partsAt(at: number, zone: string): Parts {
  const parts: Parts = { year: 0, month: 0, day: 0, hour: 0, minute: 0, second: 0 };
  for (const { type, value } of partsFormat(zone).formatToParts(at)) {
    if (type in parts) parts[type as keyof Parts] = Number(value);
  }
  return parts;
}

function partsFormat(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(zone, made);
  return made;
}

function two(part: number): string {
  return String(part).padStart(2, '0');
}
