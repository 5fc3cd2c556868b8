/** What the replay of a broadcast begins with: its picture of one window, its whole run, and the seconds around the playhead. */
import 'server-only';
import { figuresOf } from '../../lib/compare/figure.ts';
import { onsetsOf, type WindowDetail } from '../../lib/forensics/detail.ts';
import type { Action } from '../../lib/numbers/action.ts';
import { LONG_SECONDS } from '../../lib/numbers/long.ts';
import type { CrashWindow, Report } from '../../lib/numbers/report.ts';
import type { LiveView } from '../../lib/series/live-view.ts';
import { type Point, pointOf, toWire, type WirePoint } from '../../lib/series/point.ts';
import { alarms, isAlarm } from '../../lib/series/span.ts';
import { MOST_POINTS, thin } from '../../lib/series/thin.ts';
import type { Reader } from '../../lib/store/read.ts';
import { everShown } from '../../lib/store/shown-reads.ts';
import { putDetail } from '../../lib/store/window-details.ts';
import { CHUNK_SECONDS, chunkOf } from '../_replay/chunks.ts';
import type { ReplayPlace } from '../_replay/replay-url.ts';
import { pictureRange, type WindowPicture, windowPicture } from '../_replay/window-picture.ts';
import type { Feed } from './feed.ts';
import { numbersOf, windowDetailOf } from './numbers.ts';
import { tables } from './tables.ts';

export interface ReplayStart {
  view: LiveView;
  /** the whole run, thinned */
  run: WirePoint[];
  /** every second of the chunk the playhead is in */
  chunk: { from: number; points: WirePoint[] };
  picture: WindowPicture;
  /** the instant the page begins at, epoch ms */
  at: number;
  place: ReplayPlace;
  windowIds: string[];
  /** place of the window in them; null without one */
  windowIndex: number | null;
  /** whether what was shown at the time is known */
  hasThen: boolean;
}

export interface Replay {
  start: ReplayStart;
  window: CrashWindow | null;
  detail: WindowDetail | null;
  report: Report;
  figures: ReturnType<typeof figuresOf>;
  /** what people did after the fact, by time */
  actions: Action[];
  /** of a broadcast so long that looking at all its people takes its time, and none has been kept: only where it is asked for */
  isOnDemand: boolean;
  /** the window after this one, where the two can be joined */
  next: CrashWindow | null;
}

/** Null where the broadcast went away meanwhile, or has no second yet. */
export async function replayOf(store: Reader, feed: Feed, place: ReplayPlace): Promise<Replay | null> {
  const { view, points } = feed;
  const { broadcast } = view;
  const first = points[0]?.second;
  const last = points[points.length - 1]?.second;
  if (first === undefined || last === undefined) return null;
  const report = await numbersOf(store, broadcast);
  if (report === null) return null;
  const windows = alarms(view.windows);
  const found = windows.findIndex((window) => window.id === place.window);
  const windowIndex = windows.length === 0 ? null : Math.max(0, found);
  const window = windowIndex === null ? null : (windows[windowIndex] ?? null);
  const canDetail = window !== null && window.source === 'events';
  const kept = canDetail ? await store.keptDetail(broadcast, onsetsOf(window)) : null;
  const isLong = last - first >= LONG_SECONDS;
  const isOnDemand = canDetail && kept === null && isLong && !place.detail;
  const detail = kept ?? (canDetail && !isOnDemand ? await windowDetailOf(store, broadcast, window) : null);
  if (detail !== null && kept === null && isLong && window !== null && report.state === 'final') {
    await putDetail(await tables(), broadcast, onsetsOf(window), detail);
  }
  const range = pictureRange(window, first, last);
  const inRange =
    window === null ? points : await store.points(broadcast, { from: range.from, to: range.to + 1 }, MOST_POINTS);
  const at = Math.min(
    last,
    Math.max(first, Math.floor((place.at ?? window?.onsetAt ?? (view.peak?.second ?? first) * 1000) / 1000)),
  );
  const from = chunkOf(at);
  const chunk = await secondsOf(store, broadcast, from, from + CHUNK_SECONDS);
  return {
    start: {
      view,
      run: thin(points).map(toWire),
      chunk: { from, points: chunk.map(toWire) },
      picture: windowPicture(range, inRange, window, detail),
      at: at * 1000,
      place,
      windowIds: windows.map(({ id }) => id),
      windowIndex,
      hasThen: await everShown(await tables(), broadcast),
    },
    window,
    detail,
    report,
    actions: await store.actions(broadcast),
    isOnDemand,
    next: window === null || windowIndex === null ? null : joinable(window, windows[windowIndex + 1]),
    figures: figuresOf({ ...report, crashWindows: report.crashWindows.filter(isAlarm) }),
  };
}

/** Only what is final and counted from events is joined. */
function joinable(window: CrashWindow, next: CrashWindow | undefined): CrashWindow | null {
  const fits = (one: CrashWindow): boolean => one.state === 'final' && one.source === 'events';
  return next !== undefined && fits(window) && fits(next) && isAudio(window) === isAudio(next) ? next : null;
}

function isAudio({ type }: CrashWindow): boolean {
  return type === 'audio_dropout';
}

/** Every second in [from, to), epoch s. */
export async function secondsOf(store: Reader, broadcast: string, from: number, to: number): Promise<Point[]> {
  return (await store.series(broadcast, { from, to })).map(pointOf);
}
