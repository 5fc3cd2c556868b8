/** A fact sheet ready to print: what stands in it, in which order and words. How it is drawn is decided elsewhere. */

import { VERDICT_WORDS, verdictSentence } from '../compare/claim-text.ts';
import { type Figure, figuresOf } from '../compare/figure.ts';
import type { CheckedClaim } from '../compare/read-claims.ts';
import { actionText } from '../format/action.ts';
import { clockMinuteText, clockText, dayText, zoneShortText, zoneText } from '../format/clock.ts';
import { durationText, secondsText } from '../format/duration.ts';
import { countText, rateText, shareText } from '../format/number.ts';
import { windowWords } from '../format/window.ts';
import type { Action } from '../numbers/action.ts';
import type { CrashWindow, Report } from '../numbers/report.ts';
import { alarms, telemetryGaps, WINDOW_WORDS } from '../series/span.ts';

export interface SheetTable {
  title: string;
  /** said in place of rows where there are none */
  none: string;
  columns: { name: string; number?: boolean; wide?: boolean }[];
  rows: string[][];
}

export interface FactSheet {
  title: string;
  subtitle: string;
  /** beside the title: name and value */
  standing: [string, string][];
  tables: SheetTable[];
  /** short sentences under everything; the last one says what it is and when it was made */
  footer: string[];
}

export interface SheetForm {
  /** IANA name */
  zone: string;
  /** epoch ms */
  madeAt: number;
  /** what people did after the fact, by time */
  actions?: readonly Action[];
}

export function factSheet(report: Report, claims: readonly CheckedClaim[], form: SheetForm): FactSheet {
  const { zone, actions = [] } = form;
  const from = report.startedAt ?? report.firstEventAt;
  const to = report.endedAt ?? report.lastEventAt;
  const clock = clockOf(report, zone);
  const state = stateWords(report);
  const count = (verdict: CheckedClaim['verdict']) => claims.filter((claim) => claim.verdict === verdict).length;
  const window = from === null || to === null ? 'no event yet' : windowWords(from, to, zone);
  return {
    title: report.title ?? report.broadcast,
    subtitle: `${window}${from === null ? '' : ` ${zoneText(from, zone)}`}. ${summary(report)}`,
    standing: [
      ['Data', state],
      ...(claims.length === 0
        ? []
        : ([
            ['Supported', `${count('supported')} of ${claims.length}`],
            ['Contradicted', String(count('contradicted'))],
            ['Cannot be answered', String(count('not_answerable'))],
          ] as [string, string][])),
    ],
    tables: [
      numbers(report, clock, from === null ? zone : zoneShortText(from, zone)),
      ...(report.segments.length === 0 ? [] : [segments(report, clock)]),
      ...(report.rooms.length < 2 ? [] : [rooms(report, clock)]),
      windows(report, clock),
      ...(claims.length === 0 ? [] : [claimed(claims)]),
      ...(actions.length === 0 ? [] : [corrections(actions, report, zone)]),
      ledger(report, clock),
    ],
    footer: [
      'Listeners are distinct pseudonymous ids; hosts and speakers are not counted. A total is a union over rooms, never a sum.',
      'A number that was not measured is said to be unknown; it is never 0. Dropped people were cut off; those who left went by themselves.',
      ...(report.rev === 1
        ? []
        : [
            `Revision ${report.rev} stands in for all before it: what was cited from one of those may read otherwise now.`,
          ]),
      `Broadcast ${report.broadcast}, ${window}${from === null ? '' : ` ${zoneText(from, zone)}`}. ${capital(state)}. ` +
        `Made by Headcount ${dayText(form.madeAt, 'UTC')}, ${clockMinuteText(form.madeAt, 'UTC')} UTC.`,
    ],
  };
}

/** An instant; of a stretch with `after`, its end, without the day where that is the same. */
type Clock = (at: number | null, after?: number) => string;

/** With the day where the broadcast lies on more than one. */
function clockOf({ firstEventAt, lastEventAt }: Report, zone: string): Clock {
  const several =
    firstEventAt !== null && lastEventAt !== null && dayText(firstEventAt, zone) !== dayText(lastEventAt, zone);
  return (at, after) => {
    if (at === null) return 'not known';
    const sameDay = after !== undefined && dayText(at, zone) === dayText(after, zone);
    return several && !sameDay ? `${dayText(at, zone, at)}, ${clockText(at, zone)}` : clockText(at, zone);
  };
}

/** Only an imported viewer count knows nobody. */
function isCurve(report: Report): boolean {
  return report.unique === null;
}

function summary(report: Report): string {
  const crashes = alarms(report.crashWindows).length;
  if (isCurve(report))
    return `An imported viewer count, ${crashes === 0 ? 'no fall' : plural(crashes, 'fall')} of the curve.`;
  return `${plural(report.rooms.length, 'room')}, ${crashes === 0 ? 'no crash window' : plural(crashes, 'crash window')}.`;
}

const HEADLINES: readonly [string, string][] = [
  ['peak', 'Peak connected'],
  ['peak-hearing', 'Peak hearing'],
  ['peak-minute', 'Fullest minute'],
  ['unique', 'Unique listeners'],
  ['reach', 'Reach'],
  ['ama', 'Average-minute audience'],
  ['ama-hearing', 'Average minute, hearing'],
  ['ama-without-windows', 'Average minute, no crash'],
  ['listener-minutes', 'Listener-minutes'],
  ['listener-minutes-hearing', 'Listener-minutes, hearing'],
];

function numbers(report: Report, clock: Clock, zone: string): SheetTable {
  const figures = new Map(figuresOf(report).map((figure) => [figure.id, figure]));
  const state = shortState(report);
  const rows = HEADLINES.map(([id, name]) => headline(name, figures.get(id) ?? null, clock, state));
  return {
    title: 'Numbers',
    none: '',
    columns: [
      { name: 'Number' },
      { name: 'Value', number: true },
      { name: 'Definition', wide: true },
      { name: `Window, ${zone}` },
      { name: 'Certainty' },
    ],
    rows: [...rows, ...traffic(report, clock, state)],
  };
}

function headline(name: string, figure: Figure | null, clock: Clock, state: string): string[] {
  if (figure === null) return [name, 'unknown', 'Not measured', '', ''];
  return [name, countText(figure.value), figure.definition, span(figure.from, figure.to, clock), state];
}

/** Joins, endings, errors, attempts, start-up: where they were measured. */
function traffic(report: Report, clock: Clock, state: string): string[][] {
  const { attempts, timeToFirstAudio: audio, demand } = report;
  const whole = span(report.startedAt ?? report.firstEventAt, report.endedAt ?? report.lastEventAt, clock);
  const rows: (string[] | null)[] = [
    report.joins === null
      ? null
      : ['Joins', countText(report.joins), `Openings, of ${known(report.connections)} connections`, whole, state],
    report.leaves === null ? null : ['Endings', countText(sum(report.leaves)), parts(report.leaves), whole, state],
    report.errors === null ? null : ['Errors', countText(sum(report.errors)), parts(report.errors), whole, state],
    attempts === null
      ? null
      : [
          'Attempts',
          countText(attempts.total),
          attempts.total === 0
            ? 'No attempts'
            : `Heard ${shareOf(attempts.heard, attempts.total)}, failed ${shareOf(attempts.failed, attempts.total)}, ` +
              `exited ${shareOf(attempts.exited, attempts.total)}, unresolved ${shareOf(attempts.unresolved, attempts.total)}`,
          whole,
          state,
        ],
    demand === null
      ? null
      : [
          'Most who asked at once',
          `${rateText(demand.attemptsPerSecondMax)}/s`,
          `Joins at most ${rateText(demand.joinsPerSecondMax)}/s; ceiling ${
            demand.ceilingPerSecond === null ? 'not reached' : `${rateText(demand.ceilingPerSecond)}/s`
          }; ${countText(demand.unmetMax)} in vain at most`,
          whole,
          state,
        ],
    audio === null
      ? null
      : [
          'Time to first audio',
          secondsText(audio.p50),
          `Median of ${countText(audio.count)}; 95 of 100 within ${secondsText(audio.p95)}, 99 within ${secondsText(audio.p99)}`,
          whole,
          state,
        ],
  ];
  return rows.filter((row) => row !== null);
}

function segments(report: Report, clock: Clock): SheetTable {
  const heard = report.peakHearing === null ? 'Present' : 'Heard';
  return {
    title: 'Segments',
    none: '',
    columns: [
      { name: 'Segment', wide: true },
      { name: 'Window' },
      { name: `${heard} any`, number: true },
      { name: 'Half or more', number: true },
      { name: '90 % or more', number: true },
      { name: 'Average', number: true },
    ],
    rows: report.segments.map((segment) => [
      segment.label,
      span(segment.from, segment.to, clock),
      countText(segment.any),
      countText(segment.half),
      countText(segment.most),
      segment.averageMinuteAudience === null ? 'unknown' : countText(segment.averageMinuteAudience),
    ]),
  };
}

function rooms(report: Report, clock: Clock): SheetTable {
  return {
    title: 'Rooms',
    none: '',
    columns: [
      { name: 'Room', wide: true },
      { name: 'First join' },
      { name: 'Ended' },
      { name: 'Peak connected', number: true },
      { name: 'Unique listeners', number: true },
    ],
    rows: report.rooms.map((room) => [
      room.room,
      room.firstJoinAt === null ? 'none' : clock(room.firstJoinAt),
      room.endedAt === null ? 'no end seen' : clock(room.endedAt),
      countText(room.peakConnected),
      countText(room.unique),
    ]),
  };
}

function windows(report: Report, clock: Clock): SheetTable {
  if (isCurve(report)) return falls(report, clock);
  return {
    title: 'Crash windows',
    none: 'No crash window.',
    columns: [
      { name: 'Window' },
      { name: 'Type', wide: true },
      { name: 'Before, lowest', number: true },
      { name: 'Dropped', number: true },
      { name: 'Blocked', number: true },
      { name: 'Lost minutes', number: true },
      { name: 'Back in 5 min', number: true },
      { name: 'Recovered' },
      { name: 'Likely cause', wide: true },
    ],
    rows: alarms(report.crashWindows).map((window) => [
      `${span(window.onsetAt, window.serviceEndAt, clock)}${window.state === 'final' ? '' : ', provisional'}`,
      `${WINDOW_WORDS[window.type]}${window.joins === undefined ? '' : `, ${window.joins.length} joined`}`,
      `${countText(window.connectedBefore)}, ${countText(window.connectedLowest)}`,
      known(window.dropped),
      known(window.blocked),
      known(window.lostListenerMinutes.total),
      window.returnRate['300'] === null ? 'unknown' : shareText(window.returnRate['300']),
      window.recoveredAt === null ? 'not reached' : clock(window.recoveredAt),
      causeText(window),
    ]),
  };
}

/** What a curve alone can say. */
function falls(report: Report, clock: Clock): SheetTable {
  return {
    title: 'Falls of the curve',
    none: 'No fall of the curve.',
    columns: [
      { name: 'Window' },
      { name: 'Before', number: true },
      { name: 'Lowest', number: true },
      { name: 'Depth', number: true },
      { name: 'Recovered' },
      { name: 'Cause', wide: true },
    ],
    rows: alarms(report.crashWindows).map((window) => [
      span(window.onsetAt, window.serviceEndAt, clock),
      countText(window.connectedBefore),
      countText(window.connectedLowest),
      window.depth === null ? 'unknown' : shareText(window.depth),
      window.recoveredAt === null ? 'not reached' : clock(window.recoveredAt),
      'unknown: a curve does not say who left and why',
    ]),
  };
}

function causeText(window: CrashWindow): string {
  const likely = window.causes.find((cause) => cause.likely);
  if (likely === undefined) return 'none to name';
  const range = `95 %: ${likely.lower.toFixed(2)} to ${likely.upper.toFixed(2)}`;
  return `${likely.attribute} ${likely.value}, ${likely.riskRatio.toFixed(1)}× (${range})`;
}

function claimed(claims: readonly CheckedClaim[]): SheetTable {
  return {
    title: 'What was said',
    none: '',
    columns: [{ name: 'Verdict' }, { name: 'Claim', wide: true }, { name: 'What was counted', wide: true }],
    rows: claims.map((claim) => [VERDICT_WORDS[claim.verdict], `“${claim.text}”`, verdictSentence(claim)]),
  };
}

function corrections(actions: readonly Action[], { crashWindows }: Report, zone: string): SheetTable {
  const onset = (action: Action): string | null => {
    const window = crashWindows.find(
      ({ id, joins }) => id === action.on || joins?.some((part) => part.id === action.on),
    );
    return action.what !== 'window' || window === undefined ? null : clockText(window.onsetAt, zone);
  };
  return {
    title: 'Changed after the fact',
    none: '',
    columns: [{ name: 'When' }, { name: 'Who' }, { name: 'What', wide: true }],
    rows: actions.map((action) => [
      `${dayText(action.at, zone)}, ${clockText(action.at, zone)}`,
      action.author ?? 'not said',
      actionText(action, onset(action)),
    ]),
  };
}

function ledger(report: Report, clock: Clock): SheetTable {
  const { quality } = report;
  const read = quality.events + quality.duplicates + quality.late + sum(quality.rejected);
  const gaps = telemetryGaps(report.crashWindows);
  const silent = gaps.reduce((total, gap) => total + ((gap.to ?? gap.from) - gap.from), 0);
  const covered = span(report.firstEventAt, report.lastEventAt, clock);
  const silence = [
    'Telemetry gaps',
    countText(gaps.length),
    `${gaps.length === 0 ? 'None' : `Together ${durationText(silent)}`}; ${isCurve(report) ? 'samples' : 'events'} cover ${covered}`,
  ];
  return {
    title: 'Quality of the data',
    none: '',
    columns: [{ name: 'What' }, { name: 'How many', number: true }, { name: 'Meaning', wide: true }],
    rows: isCurve(report)
      ? [silence]
      : [
          [
            'Records read',
            countText(read),
            `Of ${plural(quality.sources, 'named source')}; ${countText(quality.events)} distinct events counted`,
          ],
          ['Duplicates', countText(quality.duplicates), 'Copies of a counted event, left out'],
          ['Late', countText(quality.late), 'More than 120 s behind their log, left out'],
          [
            'Rejected',
            countText(sum(quality.rejected)),
            sum(quality.rejected) === 0 ? 'Every record fits the format' : parts(quality.rejected),
          ],
          ['Time-outs', known(quality.timeouts), 'Endings decided by silence, back-dated to the last sign of life'],
          [
            'Joins lost',
            countText(quality.joinsLost),
            `Connections seen without a join; ${countText(quality.orphanLeaves)} leaves without presence`,
          ],
          ...(quality.splitListeners === 0
            ? []
            : [
                [
                  'Split listeners',
                  countText(quality.splitListeners),
                  'Seen in two partitions: the topic is keyed otherwise',
                ],
              ]),
          silence,
        ],
  };
}

/** `18:04:09`, `17:48:00 to 19:12:30` */
function span(from: number | null, to: number | null, clock: Clock): string {
  if (from === null || from === to) return clock(from ?? to);
  return to === null ? `from ${clock(from)}, open` : `${clock(from)} to ${clock(to, from)}`;
}

function stateWords({ state, rev, asOfAt }: Report): string {
  return state === 'final'
    ? `final, revision ${rev}`
    : `${state} as of ${clockText(asOfAt, 'UTC')} UTC, may still change`;
}

function shortState({ state, rev }: Report): string {
  return state === 'final' ? `final, r${rev}` : `${state}, may change`;
}

function known(value: number | null): string {
  return value === null ? 'unknown' : countText(value);
}

function shareOf(part: number, whole: number): string {
  return shareText(part / whole);
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

/** Largest first, the first six by name: `left 3,000, error 200 and 40 others` */
function parts(counts: Readonly<Record<string, number>>): string {
  const list = Object.entries(counts).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  if (list.length === 0) return 'None';
  const named = list.slice(0, 6).map(([name, count]) => `${name} ${countText(count)}`);
  const rest = list.slice(6).reduce((total, [, count]) => total + count, 0);
  return `${named.join(', ')}${rest === 0 ? '' : ` and ${countText(rest)} others`}`;
}

function plural(count: number, word: string): string {
  return `${countText(count)} ${word}${count === 1 ? '' : 's'}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
