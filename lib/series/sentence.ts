/** The sentence that says what the audience chart shows, for those who do not see it. */
import { clockText, zoneShortText } from '../format/clock.ts';
import { changeText, countText } from '../format/number.ts';
import { focusWindow, type LiveView } from './live-view.ts';
import type { Domain } from './range.ts';
import { isOpen } from './span.ts';

export function chartSentence(view: LiveView, domain: Domain, zone: string): string {
  const { headline, peak } = view;
  const parts = [
    `Audience from ${clockText(domain.from, zone)} to ${clockText(domain.edge, zone)} ${zoneShortText(domain.edge, zone)}.`,
  ];
  if (headline === null) return `${parts[0]} No data yet.`;
  if (peak !== null)
    parts.push(`Connected peaked at ${countText(peak.value)} at ${clockText(peak.second * 1000, zone)}.`);
  parts.push(`Connected is ${countText(headline.connected)}.`);
  parts.push(headline.hearing === null ? 'Hearing is not measured.' : `Hearing is ${countText(headline.hearing)}.`);
  const window = focusWindow(view.windows);
  const fall = view.sinceOnset?.firstFall ?? null;
  if (window === null) parts.push('No crash window.');
  else {
    const words = isOpen(window) ? 'A crash window is open since' : 'The last crash window began at';
    const fell = fall === null ? '' : `, ${changeText(fall.ratio, { decimals: 0 })} in ${fall.seconds} seconds`;
    parts.push(`${words} ${clockText(window.onsetAt, zone)}${fell}.`);
  }
  return parts.join(' ');
}
