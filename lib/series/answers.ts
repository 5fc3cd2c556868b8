/** The five questions of the live page, as words and numbers ready to print. They never change place. */
import { clockText } from '../format/clock.ts';
import { durationText } from '../format/duration.ts';
import { changeText, countText, shareText, signedRateText, timesText } from '../format/number.ts';
import type { Cause, CrashWindow } from '../numbers/report.ts';
import { focusWindow, type LiveView } from './live-view.ts';
import { isDismissed, isOpen, windowWords } from './span.ts';

export interface Answer {
  question: string;
  lead: string;
  /** printed in red before the lead */
  alarm: string | null;
  small: string | null;
  lines: [string, string];
}

export interface Answers {
  kind: 'calm' | 'open' | 'closed';
  list: [Answer, Answer, Answer, Answer, Answer];
}

export function answersOf(view: LiveView, zone: string, now: number): Answers {
  const window = focusWindow(view.windows);
  if (window === null) return { kind: 'calm', list: calm(view, zone) };
  return isOpen(window)
    ? { kind: 'open', list: open(view, window, zone, now) }
    : { kind: 'closed', list: closed(view, window, zone) };
}

/** Connected now against connected before the onset, as a ratio; null where there was nobody. */
export function changeSinceOnset(view: LiveView, window: CrashWindow): number | null {
  if (view.headline === null || window.connectedBefore <= 0) return null;
  return view.headline.connected / window.connectedBefore - 1;
}

/** The cause to name: the likely one, else the first of the ranking. */
export function leadingCause(window: CrashWindow): Cause | null {
  return window.causes.find((cause) => cause.likely) ?? window.causes[0] ?? null;
}

function open(view: LiveView, window: CrashWindow, zone: string, now: number): Answers['list'] {
  const change = changeSinceOnset(view, window);
  const fall = view.sinceOnset?.firstFall ?? null;
  const fallText =
    fall === null
      ? 'no fall in the first 2 min'
      : `${changeText(fall.ratio, { decimals: 0 })} in the first ${fall.seconds} s`;
  return [
    answer('Broken?', change === null ? '' : changeText(change), [fallText, typeText(window)], {
      alarm: 'Yes',
    }),
    answer('Since when?', clockText(window.onsetAt, zone), [
      `Open ${durationText(Math.max(0, now - window.onsetAt))}`,
      `Detected after ${durationText(window.detectedAt - window.onsetAt)}`,
    ]),
    whom(window),
    cause(view, window),
    back(view, window, zone),
  ];
}

function closed(view: LiveView, window: CrashWindow, zone: string): Answers['list'] {
  const end = window.serviceEndAt ?? window.closedAt ?? window.onsetAt;
  return [
    answer('Broken?', 'Not now', [
      window.depth === null ? `Type: ${windowWords(window)}` : `Depth ${shareText(window.depth)} of expected`,
      window.recoveredAt === null ? 'Recovered: not reached' : `Recovered ${clockText(window.recoveredAt, zone)}`,
    ]),
    answer('Since when?', clockText(window.onsetAt, zone), [
      `to ${clockText(end, zone)}, ${durationText(end - window.onsetAt)}`,
      typeText(window),
    ]),
    whom(window),
    cause(view, window),
    back(view, window, zone),
  ];
}

/** With who has seen it, where somebody said so. */
function typeText(window: CrashWindow): string {
  const seen = window.decisions?.find(({ verb }) => verb === 'acknowledged');
  const by = seen === undefined ? '' : `, acknowledged${seen.author === null ? '' : ` by ${seen.author}`}`;
  return `Type: ${windowWords(window)}${by}`;
}

function noWindowText(windows: readonly CrashWindow[]): string {
  const dismissed = windows.filter(isDismissed).length;
  return dismissed === 0 ? 'No crash window' : `No crash window, ${dismissed} dismissed`;
}

function calm(view: LiveView, zone: string): Answers['list'] {
  const { recent, codes } = view;
  const connected = view.headline?.connected ?? 0;
  const last = view.recent === null ? 'no data yet' : view.complete ? 'in the whole run' : 'in 5 min';
  const top = codes?.list[0];
  return [
    answer('Broken?', 'No', [
      noWindowText(view.windows),
      view.headline === null ? 'no data yet' : 'since the first event',
    ]),
    answer('Since when?', view.complete ? 'Never' : 'None so far', ['It opens when many', 'are cut off at once']),
    answer(
      'For whom?',
      recent === null ? 'unknown' : countText(recent.dropped),
      [
        recent === null || connected === 0 || view.complete
          ? last
          : `${shareText(recent.dropped / connected)} of connected`,
        recent === null
          ? ''
          : view.complete
            ? `${countText(recent.left)} left by themselves`
            : `${last}; ${countText(recent.left)} left`,
      ],
      { small: recent === null ? null : 'dropped' },
    ),
    answer('Likely cause', 'None to name', [
      codes === null ? 'Errors: not measured' : `${countText(codes.total)} errors ${last}`,
      top === undefined || codes === null
        ? ''
        : `most: ${top.code}, ${shareText(top.count / codes.total, { tight: true })}`,
    ]),
    view.complete ? ranFor(view, zone) : balance(view, connected),
  ];
}

function balance({ recent, peak }: LiveView, connected: number): Answer {
  const net = recent?.netPerSecond ?? null;
  const share = peak !== null && peak.value > 0 ? `${shareText(connected / peak.value)} of the peak` : '';
  return answer('Joins minus gone', net === null ? 'unknown' : signedRateText(net), ['over the last 30 s', share]);
}

function ranFor(view: LiveView, zone: string): Answer {
  return answer('How long?', durationText(view.lastAt - view.firstAt), [
    `${clockText(view.firstAt, zone)} to`,
    clockText(view.lastAt, zone),
  ]);
}

function whom(window: CrashWindow): Answer {
  const blocked = window.blocked === null ? 'blocked: not measured' : `and ${countText(window.blocked)} blocked`;
  if (window.dropped === null) return answer('For whom?', 'unknown', ['dropped: not measured', blocked]);
  const share =
    window.connectedBefore > 0
      ? `${shareText(window.dropped / window.connectedBefore)} of ${countText(window.connectedBefore)} present`
      : 'nobody was present';
  return answer('For whom?', countText(window.dropped), [share, blocked], { small: 'dropped' });
}

function cause(view: LiveView, window: CrashWindow): Answer {
  const first = leadingCause(window);
  const top = view.codes?.list[0];
  const codes =
    view.codes === null || top === undefined
      ? ''
      : `Errors: ${top.code} ${shareText(top.count / view.codes.total, { tight: true })}`;
  if (first === null) return answer('Likely cause', 'None to name', ['No value stands out', codes]);
  const range = `95\u202f%: ${first.lower.toFixed(2)} to ${first.upper.toFixed(2)}`;
  const share =
    window.dropped !== null && window.dropped > 0
      ? `${shareText(first.dropped / window.dropped, { tight: true })} of all drops`
      : codes;
  if (!first.likely)
    return answer('Likely cause', 'None to name', [
      `Top: ${first.attribute} ${first.value}, ${timesText(first.riskRatio)}`,
      range,
    ]);
  return answer('Likely cause', first.value, [range, share], {
    small: `${first.attribute}, ${timesText(first.riskRatio)}`,
  });
}

function back(view: LiveView, window: CrashWindow, zone: string): Answer {
  const rate = window.returnRate['300'];
  const net = view.recent?.netPerSecond ?? null;
  const ready = window.onsetAt + 300_000;
  const share = rate === null ? `Return rate from ${clockText(ready, zone)}` : `${shareText(rate)} back within 5 min`;
  const lead = !isOpen(window)
    ? window.recoveredAt === null
      ? 'Not reached'
      : 'Recovered'
    : net === null
      ? 'unknown'
      : net > 0
        ? 'Coming back'
        : 'Not yet';
  const small = net === null || !isOpen(window) ? null : signedRateText(net);
  return answer('Coming back?', lead, [share, hostLine(view, zone)], { small });
}

function hostLine(view: LiveView, zone: string): string {
  const last = view.hosts[view.hosts.length - 1];
  if (last === undefined) return 'No host seen';
  if (!last.present) return `Host gone since ${clockText(last.from, zone)}`;
  return view.hosts.length > 1 ? `Host back ${clockText(last.from, zone)}` : 'Host present throughout';
}

function answer(
  question: string,
  lead: string,
  lines: [string, string],
  more: { alarm?: string; small?: string | null } = {},
): Answer {
  return { question, lead, lines, alarm: more.alarm ?? null, small: more.small ?? null };
}
