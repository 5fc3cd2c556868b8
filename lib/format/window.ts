/** A stretch of time as text in a named zone (IANA). Instants are epoch milliseconds. */
import { clockText, dayText } from './clock.ts';

/** `24 May 2023, 17:48:00 to 19:12:30`, with the day again where it is another one */
export function windowWords(from: number, to: number, zone: string): string {
  const day = dayText(from, zone);
  const lastDay = dayText(to, zone);
  const end = day === lastDay ? clockText(to, zone) : `${lastDay}, ${clockText(to, zone)}`;
  return `${day}, ${clockText(from, zone)} to ${end}`;
}
