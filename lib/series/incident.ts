/** What there is to tell of a crash window, a line each: the card on the live page, and the text that is sent on. */
import { clockText, zoneShortText } from '../format/clock.ts';
import { durationText } from '../format/duration.ts';
import { countText, shareText, timesText } from '../format/number.ts';
import type { CrashWindow } from '../numbers/report.ts';
import { changeSinceOnset, leadingCause } from './answers.ts';
import type { LiveView } from './live-view.ts';
import { isOpen, windowWords } from './span.ts';

export interface IncidentLine {
  name: string;
  value: string;
}

/** `now` ends what is open, epoch ms. */
export function incidentLines(window: CrashWindow, zone: string, now: number): IncidentLine[] {
  const end = window.serviceEndAt ?? window.closedAt;
  const cause = leadingCause(window);
  const { during } = window.lostListenerMinutes;
  return [
    { name: 'Type', value: windowWords(window) },
    {
      name: isOpen(window) ? 'Open since' : 'From',
      value: isOpen(window)
        ? `${clockText(window.onsetAt, zone)}, ${durationText(Math.max(0, now - window.onsetAt))}`
        : `${clockText(window.onsetAt, zone)} to ${end === null ? 'unknown' : clockText(end, zone)}`,
    },
    {
      name: 'Connected',
      value: `${countText(window.connectedBefore)} before, lowest ${countText(window.connectedLowest)}`,
    },
    { name: 'Dropped', value: window.dropped === null ? 'not measured' : countText(window.dropped) },
    { name: 'Blocked', value: window.blocked === null ? 'not measured' : countText(window.blocked) },
    {
      name: 'Likely cause',
      value: cause?.likely ? `${cause.attribute} ${cause.value}, ${timesText(cause.riskRatio)}` : 'none to name',
    },
    { name: 'Back', value: backText(window, zone) },
    {
      name: 'Lost',
      value:
        during === null
          ? 'not yet known'
          : `${countText(Math.round(during))} listener-minutes${isOpen(window) ? ' so far' : ''}`,
    },
    { name: 'State', value: window.rev > 1 ? `${window.state}, revision ${window.rev}` : window.state },
  ];
}

/** The shares back that are known, the next one with the instant from which it will be. */
function backText(window: CrashWindow, zone: string): string {
  const steps = [
    ['30', '30 s'],
    ['120', '2 min'],
    ['300', '5 min'],
    ['600', '10 min'],
  ] as const;
  const known = steps.flatMap(([key, words]) => {
    const share = window.returnRate[key];
    return share === null ? [] : [`${shareText(share)} within ${words}`];
  });
  const last = known[known.length - 1];
  return last ?? `from ${clockText(window.onsetAt + 30_000, zone)}`;
}

/** For a message to others: names the broadcast, the zone and the page. */
export function incidentText(view: LiveView, window: CrashWindow, zone: string, now: number, address: string): string {
  const change = changeSinceOnset(view, window);
  const connected =
    view.headline === null
      ? []
      : [
          `Connected now: ${countText(view.headline.connected)} at ${clockText(view.headline.second * 1000, zone)}${
            change === null ? '' : `, ${shareText(Math.abs(change))} ${change < 0 ? 'fewer' : 'more'} than before`
          }`,
        ];
  return [
    `${view.title ?? view.broadcast} (${view.broadcast}): crash window ${window.id}`,
    ...incidentLines(window, zone, now).map(({ name, value }) => `${name}: ${value}`),
    ...connected,
    `Times in ${zoneShortText(window.onsetAt, zone)}. ${address}`,
  ].join('\n');
}
