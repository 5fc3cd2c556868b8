/** A broadcast beside others and beside what was published, as far as the gate lets them share an axis. */
import 'server-only';
import { changeAfterPeak, originOf } from '../../lib/compare/align.ts';
import type { Kind } from '../../lib/compare/kind.ts';
import { KINDS } from '../../lib/compare/kind.ts';
import {
  type OtherStream,
  type StreamFigure,
  streamOfReference,
  streamOfReport,
} from '../../lib/compare/other-stream.ts';
import { REFERENCE_FIGURES } from '../../lib/compare/reference-figures.ts';
import { type Capacity, capacityOf, compareBy } from '../../lib/compare/table.ts';
import { dayText } from '../../lib/format/clock.ts';
import type { Report } from '../../lib/numbers/report.ts';
import { alarms, isAlarm, spanOf, telemetryGaps } from '../../lib/series/span.ts';
import type { CompareChoice } from '../_compare/compare-url.ts';
import { type CompareLine, compareLine } from '../_compare/lines.ts';
import { admitPage } from './access.ts';
import type { Feed } from './feed.ts';
import { hub } from './hub.ts';
import { numbersOf } from './numbers.ts';
import { newest } from './overview.ts';
import { readStore } from './store.ts';

/** As many other lines as there are hues. */
const MOST_LINES = 4;
/** A link compares the first of so many. */
const MOST_ASKED = 13;
/** A published figure larger than this many times the largest counted one would press every curve to the floor. */
const FITS_TIMES = 6;

export interface ComparedStream {
  id: string;
  name: string;
  date: string | null;
  countedOn: string;
  figure: StreamFigure;
  measured: boolean;
  /** 0: the broadcast itself; 1 to 4: hue and dash of a line; null: a level, or none any more */
  look: number | null;
  /** drawn */
  on: boolean;
  /** its value less this broadcast's, and over it */
  difference: number;
  ratio: number | null;
  /** null where nobody counted them */
  crashWindows: number | null;
  /** epoch ms up to which a running one is counted; null: final, or not counted here */
  asOfAt: number | null;
  demo: boolean;
}

export interface LeftOut {
  id: string;
  name: string;
  date: string | null;
  /** the kind that was offered */
  offered: Kind | null;
  reason: string;
  instead: Kind | null;
}

export interface SmallMultiple {
  line: CompareLine;
  /** change of connected half an hour after the peak; null while that has not passed */
  change: number | null;
}

export interface Compared {
  base: { id: string; name: string; demo: boolean; origin: number | null };
  /** kinds that the broadcast has numbers of */
  kinds: Kind[];
  segments: string[];
  /** largest first, the broadcast itself among them */
  streams: ComparedStream[];
  leftOut: LeftOut[];
  /** why a measured one is not on the axis although its number compares */
  unaligned: { name: string; reason: string }[];
  /** empty where the kind has no curve */
  lines: CompareLine[];
  small: SmallMultiple[];
  capacities: (Capacity & { name: string; look: number | null })[];
}

interface Measured {
  feed: Feed;
  report: Report;
  stream: OtherStream;
}

const CURVES: Readonly<Partial<Record<Kind, 'connected' | 'hearing'>>> = {
  peak: 'connected',
  connected: 'connected',
  hearing: 'hearing',
};

/** For who may look. Null where the store has no broadcast yet. */
export async function compared(choice: CompareChoice, zone: string): Promise<Compared | null> {
  await admitPage();
  const store = await readStore();
  const rows = await newest(store, MOST_LINES + 1);
  const asked: string[] = [];
  for (const id of choice.ids.slice(0, MOST_ASKED)) if ((await store.status(id)) !== null) asked.push(id);
  const baseId = asked[0] ?? rows[0]?.broadcast;
  if (baseId === undefined) return null;
  const others = asked.length > 1 ? asked.slice(1) : rows.map(({ broadcast }) => broadcast);
  const ids = [baseId, ...others.filter((id) => id !== baseId).slice(0, asked.length > 1 ? MOST_ASKED : MOST_LINES)];
  const measured: Measured[] = [];
  for (const id of ids) {
    const [feed, report] = [await hub().feed(id), await numbersOf(store, id)];
    if (feed === null || report === null) continue;
    const at = report.startedAt ?? report.firstEventAt;
    const stream = streamOfReport(report, at === null ? null : dayText(at, zone));
    if (feed.view.kind === 'curve') stream.countedOn = 'an imported curve';
    measured.push({ feed, report, stream });
  }
  const [base] = measured;
  if (base === undefined) return null;
  const references = REFERENCE_FIGURES.map(streamOfReference);
  const comparison = compareBy(choice.kind, base.stream, [
    ...measured.slice(1).map(({ stream }) => stream),
    ...references,
  ]);
  const place = { segment: choice.segment ?? base.report.segments[0]?.label ?? null, zone };
  const streams = streamsOf(choice, base, measured, comparison);
  const { lines, unaligned } = linesOf(choice, streams, measured, place);
  const has = new Set(base.stream.figures.map(({ kind }) => kind));
  const origin = originOf(choice.align, base.report, place).at;
  return {
    base: { id: baseId, name: base.stream.name, demo: base.feed.view.demo, origin },
    kinds: KINDS.filter((kind) => has.has(kind)),
    segments: [...new Set(base.report.segments.map(({ label }) => label))],
    streams,
    leftOut: comparison.leftOut.map(({ stream, gate }) => ({
      id: stream.id,
      name: stream.name,
      date: stream.date,
      offered: gate.figure?.kind ?? null,
      reason: gate.reason,
      instead: gate.instead,
    })),
    unaligned,
    lines,
    small: smallOf(streams, measured),
    capacities: measured.map(({ report, stream }) => ({
      ...capacityOf(report),
      name: stream.name,
      look: streams.find(({ id }) => id === stream.id)?.look ?? null,
    })),
  };
}

function streamsOf(
  choice: CompareChoice,
  base: Measured,
  measured: readonly Measured[],
  comparison: ReturnType<typeof compareBy>,
): ComparedStream[] {
  if (comparison.own === null) return [];
  const counted = new Map(measured.map((one) => [one.stream.id, one]));
  const largest = Math.max(
    comparison.own.value,
    ...comparison.rows.filter(({ stream }) => counted.has(stream.id)).map(({ figure }) => figure.value),
  );
  const all = [{ stream: base.stream, figure: comparison.own, difference: 0, ratio: 1 }, ...comparison.rows];
  const places = new Map(measured.slice(1).map(({ stream }, index) => [stream.id, index + 1]));
  return all
    .map(({ stream, figure, difference, ratio }) => {
      const one = counted.get(stream.id);
      const look = stream.id === base.stream.id ? 0 : (places.get(stream.id) ?? null);
      const fits = one === undefined ? figure.value <= largest * FITS_TIMES : look !== null && look <= MOST_LINES;
      return {
        id: stream.id,
        name: stream.name,
        date: stream.date,
        countedOn: stream.countedOn,
        figure,
        measured: one !== undefined,
        look: look !== null && look <= MOST_LINES ? look : null,
        on: look === 0 || (choice.shown === null ? fits : choice.shown.includes(stream.id)),
        difference,
        ratio,
        crashWindows: one === undefined ? null : one.report.crashWindows.filter(isAlarm).length,
        asOfAt: one === undefined || one.report.state === 'final' ? null : one.report.asOfAt,
        demo: one?.feed.view.demo ?? false,
      };
    })
    .sort((a, b) => b.figure.value - a.figure.value || (a.id < b.id ? -1 : 1));
}

function linesOf(
  choice: CompareChoice,
  streams: readonly ComparedStream[],
  measured: readonly Measured[],
  place: { segment: string | null; zone: string },
): Pick<Compared, 'lines' | 'unaligned'> {
  const of = CURVES[choice.kind];
  const lines: CompareLine[] = [];
  const unaligned: Compared['unaligned'] = [];
  if (of === undefined) return { lines, unaligned };
  for (const { feed, report, stream } of measured) {
    const shown = streams.find(({ id }) => id === stream.id);
    if (shown === undefined || !shown.on || shown.look === null) continue;
    const origin = originOf(choice.align, report, place);
    if (origin.at === null) {
      unaligned.push({ name: stream.name, reason: origin.reason });
      continue;
    }
    lines.push(
      compareLine({
        id: stream.id,
        name: stream.name,
        look: shown.look,
        points: feed.points,
        origin: origin.at,
        of,
        scale: choice.scale,
        peak: shown.figure.value,
        gaps: telemetryGaps(feed.view.windows),
        spans: shown.look === 0 ? alarms(feed.view.windows).map(spanOf) : [],
      }),
    );
  }
  return { lines, unaligned };
}

/** Each counted one for itself: a share of its peak, half an hour around it. */
function smallOf(streams: readonly ComparedStream[], measured: readonly Measured[]): SmallMultiple[] {
  return measured.flatMap(({ feed, report, stream }) => {
    const shown = streams.find(({ id }) => id === stream.id);
    const { at, connected } = report.peak;
    if (at === null || shown === undefined || !shown.on || shown.look === null) return [];
    const near = feed.points.filter(({ second }) => Math.abs(second * 1000 - at) <= 1_800_000);
    return [
      {
        line: compareLine({
          id: stream.id,
          name: stream.name,
          look: shown.look,
          points: near,
          origin: at,
          of: 'connected',
          scale: 'share',
          peak: connected,
          gaps: telemetryGaps(feed.view.windows),
          spans: alarms(feed.view.windows).map(spanOf),
        }),
        change: changeAfterPeak(feed.points, at, 1_800_000),
      },
    ];
  });
}
