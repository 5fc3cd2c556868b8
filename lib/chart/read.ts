/** A picture's content out of the store. Instants are epoch milliseconds. */
import { type Alignable, type Alignment, aligned, originOf, type Scale } from '../compare/align.ts';
import { gateFor } from '../compare/gate.ts';
import { streamOfReference } from '../compare/other-stream.ts';
import { referenceFigure } from '../compare/reference-figures.ts';
import { onsetsOf, type WindowDetail } from '../forensics/detail.ts';
import { roomEnds, segmentsOf } from '../numbers/controls.ts';
import { LONG_SECONDS } from '../numbers/long.ts';
import type { CrashWindow } from '../numbers/report.ts';
import { liveView } from '../series/live-view.ts';
import type { Point } from '../series/point.ts';
import { pointsOfRun } from '../series/points-of-run.ts';
import { alarms, telemetryGaps } from '../series/span.ts';
import { thin } from '../series/thin.ts';
import type { Reader } from '../store/read.ts';
import { expectedOf } from './expected.ts';
import { type ExpectedSecond, MOST_OTHERS, type OtherLine, type Picture, type ReportedLevel } from './input.ts';

export interface PictureChoice {
  /** default: the whole broadcast, and of compared ones all that is longer */
  from?: number;
  to?: number;
  /** ids of up to four others: broadcasts of the store, or published figures */
  compare?: readonly string[];
  /** default: start */
  align?: Alignment;
  /** label of the segment to align at */
  segment?: string;
  /** default: listeners */
  scale?: Scale;
  zone: string;
}

/** What a window cost second by second; null where there is none. */
export type DetailOf = (window: CrashWindow) => Promise<WindowDetail | null>;

/** One sentence says what was asked for and is not there. */
export class PictureError extends Error {
  override name = 'PictureError';
}

/** Null where the store has no broadcast of that name. Throws `PictureError`. */
export async function readPicture(
  reader: Reader,
  broadcast: string,
  choice: PictureChoice,
  detailOf: DetailOf,
): Promise<Picture | null> {
  const own = await readBroadcast(reader, broadcast, choice);
  if (own === null) return null;
  const compare = choice.compare ?? [];
  if (compare.length > MOST_OTHERS) {
    throw new PictureError(
      `At most ${MOST_OTHERS} other broadcasts fit one chart, and ${compare.length} were asked for`,
    );
  }
  const { view, points } = own;
  const first = (points[0]?.second ?? 0) * 1000;
  const last = (points[points.length - 1]?.second ?? 0) * 1000;
  const pictured = { view, points, zone: choice.zone };
  if (compare.length === 0) {
    const from = choice.from ?? first;
    const to = choice.to ?? Math.max(last, from + 1000);
    const scale = choice.scale ?? 'listeners';
    const kept: DetailOf = (window) => reader.keptDetail(broadcast, onsetsOf(window));
    const expected = await expectedIn(alarms(view.windows), from, to, own.isLong ? kept : detailOf);
    return { ...pictured, expected, from, to, others: [], levels: [], alignment: null, origin: 0, scale };
  }
  const alignment = choice.align ?? 'start';
  const scale = choice.scale ?? 'listeners';
  const place = { segment: choice.segment ?? null, zone: choice.zone };
  const zero = originOf(alignment, own.report, place);
  if (zero.at === null) throw new PictureError(`${broadcast} cannot be aligned at ${alignment}: ${zero.reason}`);
  const others: OtherLine[] = [];
  const levels: ReportedLevel[] = [];
  for (const id of compare) {
    const other = await readBroadcast(reader, id);
    if (other === null) levels.push(reportedLevel(id, scale));
    else {
      const origin = originOf(alignment, other.report, place);
      if (origin.at === null) throw new PictureError(`${id} cannot be aligned at ${alignment}: ${origin.reason}`);
      others.push(otherLine(other, origin.at, zero.at, scale));
    }
  }
  const ends = others.flatMap((other) => [other.points[0]?.at, other.points[other.points.length - 1]?.at]);
  const known = ends.filter((at) => at !== undefined);
  return {
    ...pictured,
    from: choice.from ?? Math.min(first, ...known),
    to: choice.to ?? Math.max(last, ...known),
    others,
    levels,
    alignment: others.length === 0 ? null : alignment,
    origin: zero.at,
    scale,
  };
}

/** No more windows than this are looked into for one picture. */
const MOST_WINDOWS = 6;

async function expectedIn(
  windows: readonly CrashWindow[],
  from: number,
  to: number,
  detailOf: DetailOf,
): Promise<ExpectedSecond[][]> {
  const lists: ExpectedSecond[][] = [];
  for (const [index, window] of windows.entries()) {
    const until = windows[index + 1]?.onsetAt ?? Number.POSITIVE_INFINITY;
    if (window.source === 'curve' || window.type === 'audio_dropout') continue;
    if (lists.length === MOST_WINDOWS || window.onsetAt > to || until < from) continue;
    const detail = await detailOf(window);
    if (detail !== null) lists.push(expectedOf(detail, window.onsetAt, until));
  }
  return lists;
}

interface ReadBroadcast {
  view: Picture['view'];
  isLong: boolean;
  points: Point[];
  report: Alignable['report'];
}

/** `span`: of a long broadcast only the points within it are read, in all their detail. */
async function readBroadcast(
  reader: Reader,
  broadcast: string,
  span: { from?: number; to?: number } = {},
): Promise<ReadBroadcast | null> {
  const facts = await reader.facts(broadcast);
  if (facts === null) return null;
  const { status, controls, firstJoins } = facts;
  const known = status.complete ? {} : { to: status.liveSecond + 1 };
  const isLong = status.lastAt - status.firstAt >= LONG_SECONDS * 1000;
  const whole = isLong
    ? await reader.points(broadcast, known, HISTORY_POINTS)
    : (await reader.runs(broadcast, known)).flatMap((run) => pointsOfRun(run, status));
  const isPart = isLong && (span.from !== undefined || span.to !== undefined);
  const points = isPart ? await reader.points(broadcast, { ...known, ...secondsOf(span) }, HISTORY_POINTS) : whole;
  const windows = await reader.windows(broadcast);
  const view = liveView({
    status,
    points: whole,
    lastRows: [],
    windows,
    controls,
    codes: [],
    demand: [],
    startups: [],
    pipeline: [],
  });
  const ends = roomEnds(controls);
  const joins = [...firstJoins].filter(([room, at]) => at < (ends.get(room) ?? Number.POSITIVE_INFINITY));
  const starts = controls.filter((event) => event.type === 'room_start').map((event) => event.ts);
  const begins = starts.length > 0 ? starts : joins.map(([, at]) => at);
  return {
    view,
    isLong,
    points,
    report: {
      startedAt: begins.length === 0 ? null : Math.min(...begins),
      firstEventAt: facts.firstEventAt,
      peak: {
        connected: view.peak?.value ?? 0,
        at: view.peak === null ? null : view.peak.second * 1000,
        minuteMean: 0,
        minuteMeanAt: null,
      },
      segments: segmentsOf(controls).map(({ label, from, to }) => ({
        label,
        from,
        to: to ?? status.lastAt,
        any: 0,
        half: 0,
        most: 0,
        averageMinuteAudience: null,
      })),
      crashWindows: windows,
    },
  };
}

/** Of a long broadcast the database chooses the points, so many at most: twice what a chart draws. */
const HISTORY_POINTS = 1_200;

/** Epoch ms into epoch s, with the second on either side. */
function secondsOf({ from, to }: { from?: number; to?: number }): { from?: number; to?: number } {
  return {
    ...(from === undefined ? {} : { from: Math.floor(from / 1000) }),
    ...(to === undefined ? {} : { to: Math.ceil(to / 1000) + 1 }),
  };
}

/** A peak that others published; the gate keeps every other kind of number off the axis. */
function reportedLevel(id: string, scale: Scale): ReportedLevel {
  const reference = referenceFigure(id);
  if (reference === null) {
    throw new PictureError(`Neither the store nor the published figures have "${id}" to compare with`);
  }
  if (scale === 'share')
    throw new PictureError(`${reference.name} is one figure without a curve: it has no share of its peak`);
  const gate = gateFor('peak', streamOfReference(reference), new Set(['peak']));
  if (!gate.open) throw new PictureError(`${reference.name} cannot be compared by peak. ${gate.reason}`);
  const { value, qualifier, source } = gate.figure;
  return { name: reference.name, value, qualifier, source: source ?? reference.platform };
}

/** Thinned before it is moved to the first broadcast's axis. */
function otherLine({ view, points }: ReadBroadcast, origin: number, zero: number, scale: Scale): OtherLine {
  const peak = view.peak?.value ?? 0;
  const shift = zero - origin;
  return {
    broadcast: view.broadcast,
    title: view.title,
    points: aligned(thin(points), origin, scale, peak).map(({ offset, value }) => ({ at: zero + offset, value })),
    gaps: telemetryGaps(view.windows).map((gap) => ({
      from: gap.from + shift,
      to: gap.to === null ? null : gap.to + shift,
    })),
    peak,
    state: view.state,
    rev: view.rev,
  };
}
