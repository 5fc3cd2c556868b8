/** The days that are looked at, as instants and as words. Days are those of the page's zone, as `2023-05-24`. */
import { dayText } from '../../lib/format/clock.ts';
import { instantOfLocal, localOfInstant } from '../_ui/local-instant.ts';

export interface Days {
  /** first and last; null: without a bound */
  from: string | null;
  to: string | null;
}

/** Epoch ms, `from` <= t < `to`; null where any day will do. */
export function instantsOf({ from, to }: Days, zone: string): { from: number | null; to: number | null } | null {
  if (from === null && to === null) return null;
  return { from: from === null ? null : beginOf(from, zone), to: to === null ? null : beginOf(dayAfter(to, 1), zone) };
}

/** `days` later. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

export function today(now: number, zone: string): string {
  return localOfInstant(now, zone).slice(0, 10);
}

/** `Any date`, `24 May`, `1 May to 24 May`, `From 1 May`, `To 24 May`; with the year where it is not that of `now`. */
export function daysText({ from, to }: Days, zone: string, now: number): string {
  const words = (day: string): string => dayText(Date.parse(`${day}T12:00:00Z`), 'UTC', yearOf(now, zone));
  if (from === null) return to === null ? 'Any date' : `To ${words(to)}`;
  if (to === null) return `From ${words(from)}`;
  return from === to ? words(from) : `${words(from)} to ${words(to)}`;
}

/** An instant that lies in the same year in UTC. */
function yearOf(now: number, zone: string): number {
  return Date.parse(`${today(now, zone)}T12:00:00Z`);
}

/** The first instant of a day; where the clocks go forward over it, the instant they do. */
function beginOf(day: string, zone: string): number {
  return instantOfLocal(`${day}T00:00`, zone) ?? 0;
}
