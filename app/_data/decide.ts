/** A decision about a crash window: what it needs, and what it makes of the window. */
import 'server-only';
import { lookInto } from '../../lib/forensics/analyse.ts';
import { onsetsOf } from '../../lib/forensics/detail.ts';
import { joinedWindow } from '../../lib/forensics/joined.ts';
import { isAmendment, type WindowAction } from '../../lib/numbers/action.ts';
import { LONG_SECONDS } from '../../lib/numbers/long.ts';
import type { CrashWindow } from '../../lib/numbers/report.ts';
import { alarms } from '../../lib/series/span.ts';
import { keepDetails } from '../../lib/store/keep-details.ts';
import type { Reader } from '../../lib/store/read.ts';
import type { AskedDecision } from '../api/broadcasts/[id]/crashes/decision-body.ts';
import { recordAction } from './deed.ts';
import { tables } from './tables.ts';

export type Decided = { window: CrashWindow | null; why: null } | { why: string; status: 404 | 409 };

export async function decideWindow(store: Reader, broadcast: string, asked: AskedDecision): Promise<Decided> {
  const windows = await store.windows(broadcast);
  const window = windows.find(({ id }) => id === asked.window);
  if (window === undefined) return no(404, `No crash window has the id ${asked.window}: GET /crashes gives the ids.`);
  const { verb } = asked;
  let joined: WindowAction['joined'] = null;
  if (verb === 'restored' && window.decisions === undefined) {
    return no(409, 'Nothing has been decided of this window: there is nothing to take back.');
  }
  if (verb === 'dismissed' && window.state === 'withdrawn') {
    return no(409, 'This window is withdrawn already: reload the page.');
  }
  if (verb === 'joined') {
    const made = await join(store, broadcast, windows, window, asked.with ?? '');
    if ('why' in made) return made;
    joined = made;
  }
  const on = joined?.parts[0]?.id ?? window.id;
  const { reason, author } = asked;
  // what was never final has no revision yet
  const parts = joined?.parts ?? window.joins ?? [window];
  const seen = await store.seenWindows(broadcast);
  const wasFinal = seen.some(({ id, state }) => state === 'final' && parts.some((part) => part.id === id));
  const revises = isAmendment(verb) && wasFinal;
  if (!(await recordAction(broadcast, { what: 'window', verb, on, reason, author, joined }, { revises }))) {
    return no(404, 'The broadcast is gone: reload the page.');
  }
  const now = await store.windows(broadcast);
  return { window: now.find(({ id }) => id === on) ?? null, why: null };
}

async function join(
  store: Reader,
  broadcast: string,
  windows: readonly CrashWindow[],
  window: CrashWindow,
  other: string,
): Promise<NonNullable<WindowAction['joined']> | Extract<Decided, { status: number }>> {
  const list = alarms(windows);
  const [a, b] = [list.findIndex(({ id }) => id === window.id), list.findIndex(({ id }) => id === other)];
  const pair = [list[Math.min(a, b)], list[Math.max(a, b)]];
  if (a < 0 || b < 0 || Math.abs(a - b) !== 1) {
    return no(409, 'Two neighbouring crash windows were expected, and these are none: join each with the next one.');
  }
  const parts = pair.flatMap((one) => (one === undefined ? [] : [one]));
  if (parts.some(({ state }) => state !== 'final') || parts.some(({ source }) => source === 'curve')) {
    return no(409, 'Two final windows counted from events were expected: wait until both are final, then join them.');
  }
  const onsets = parts.flatMap(onsetsOf);
  const found = await lookInto(store, broadcast);
  const whole = found === null ? null : joinedWindow(found, onsets);
  if (found === null || whole === null) {
    return no(409, 'These windows are of two kinds, or are no longer seen as they were: reload the page.');
  }
  const { first, last } = found.known.timeline;
  if (last - first >= LONG_SECONDS) await keepDetails(await tables(), store, broadcast, found, [onsets]);
  return { parts: parts.map(({ id, onsetAt }) => ({ id, onsetAt })), window: whole };
}

function no(status: 404 | 409, why: string): Extract<Decided, { status: number }> {
  return { why, status };
}
