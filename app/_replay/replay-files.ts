/** What can be taken away from a replay, as links. */
import { apiPath } from '../_ui/broadcast-path.ts';
import type { FileLink } from '../_ui/files-menu.tsx';
import type { WindowPicture } from './window-picture.ts';

/** `picture`: the stretch of time on screen; pictures and rows are of it, the rest of the whole broadcast. */
export function replayFiles(broadcast: string, picture: Pick<WindowPicture, 'from' | 'to'>, zone: string): FileLink[] {
  const span = { from: String(picture.from * 1000), to: String(picture.to * 1000 + 1) };
  const path = (tail: string, query: Record<string, string> = {}): string =>
    `${apiPath(broadcast, tail)}?${new URLSearchParams(query)}`;
  return [
    { kind: 'PNG', words: 'the chart of this window', href: path('/chart.png', { ...span, tz: zone, download: '1' }) },
    { kind: 'SVG', words: 'the same, to be scaled', href: path('/chart.svg', { ...span, tz: zone, download: '1' }) },
    { kind: 'CSV', words: 'its seconds', href: path('/series', { ...span, format: 'csv' }) },
    { kind: 'CSV', words: 'every stay', href: path('/stays', { format: 'csv' }) },
    { kind: 'JSON', words: 'every crash window', href: path('/crashes') },
    { kind: 'PDF', words: 'the fact sheet', href: path('/report', { format: 'pdf', tz: zone, download: '1' }) },
    { kind: 'JSON', words: 'every number', href: path('') },
  ];
}
