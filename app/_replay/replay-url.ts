/** What the link to a replay remembers. Parse and print are inverses. */
import { isoSecondText } from '../../lib/format/clock.ts';
import { instantOf } from '../_data/instant.ts';

export const SPEEDS = [1, 10, 60] as const;
export type Speed = (typeof SPEEDS)[number];

export interface ReplayPlace {
  /** the instant looked at, epoch ms at a whole second; null: where the page begins by itself */
  at: number | null;
  /** id of the window looked at; null: the first */
  window: string | null;
  speed: Speed;
  /** what was known when it was shown, or what is known by now */
  known: 'then' | 'now';
  /** the revision that a link cites */
  rev: number | null;
  /** what takes its time is asked for too */
  detail: boolean;
}

export function parsePlace(read: (name: string) => string | null | undefined): ReplayPlace {
  const at = instantOf(read('t') ?? '');
  const rev = /^\d{1,6}$/.exec(read('rev') ?? '');
  return {
    at: Number.isNaN(at) ? null : Math.floor(at / 1000) * 1000,
    window: read('w') || null,
    speed: SPEEDS.find((speed) => String(speed) === read('speed')) ?? 10,
    known: read('known') === 'then' ? 'then' : 'now',
    rev: rev === null ? null : Number(rev[0]),
    detail: read('detail') === '1',
  };
}

/** The parameters to set; null ones are left out of the link. */
export function printPlace(
  place: ReplayPlace,
): Record<'t' | 'w' | 'speed' | 'known' | 'rev' | 'detail', string | null> {
  return {
    t: place.at === null ? null : isoSecondText(place.at),
    w: place.window,
    speed: place.speed === 10 ? null : String(place.speed),
    known: place.known === 'now' ? null : place.known,
    rev: place.rev === null ? null : String(place.rev),
    detail: place.detail ? '1' : null,
  };
}
