/** The things that happened in a broadcast, in order, for jumping from one to the next. Instants in epoch ms. */
import type { LiveView } from '../../lib/series/live-view.ts';
import { alarms, telemetryGaps, WINDOW_WORDS } from '../../lib/series/span.ts';

export interface Happening {
  at: number;
  words: string;
}

export function happenings(view: LiveView): Happening[] {
  const list: Happening[] = [];
  const add = (at: number | null, words: string): void => {
    if (at !== null) list.push({ at: Math.ceil(at / 1000) * 1000, words });
  };
  for (const room of view.rooms) {
    add(room.from, `${room.room} opens`);
    add(room.to, `${room.room} closes`);
  }
  for (const segment of view.segments) {
    add(segment.from, `segment “${segment.label}” begins`);
    add(segment.to, `segment “${segment.label}” ends`);
  }
  for (const [index, note] of view.notes.entries()) add(note.at, `note ${index + 1}: ${note.label}`);
  for (const window of alarms(view.windows)) {
    add(window.onsetAt, `crash window opens, ${WINDOW_WORDS[window.type]}`);
    add(window.serviceEndAt, 'service is back');
    add(window.recoveredAt, 'the audience is back');
  }
  for (const gap of telemetryGaps(view.windows)) {
    add(gap.from, 'telemetry gap begins');
    add(gap.to, 'telemetry gap ends');
  }
  for (const [index, piece] of view.hosts.entries()) {
    add(piece.from, piece.present ? (index === 0 ? 'first host' : 'host back') : 'no host any more');
  }
  if (view.peak !== null) add(view.peak.second * 1000, 'peak of connected');
  return list.sort((a, b) => a.at - b.at || (a.words < b.words ? -1 : a.words > b.words ? 1 : 0));
}

/** The last one at or before `at`; null where nothing happened yet. */
export function lastBefore(list: readonly Happening[], at: number): Happening | null {
  return list.findLast((one) => one.at <= at) ?? null;
}

/** The next one after `at` (`way` 1), or the last one before it (−1). */
export function nextFrom(list: readonly Happening[], at: number, way: 1 | -1): Happening | null {
  return (way === 1 ? list.find((one) => one.at > at) : list.findLast((one) => one.at < at)) ?? null;
}
