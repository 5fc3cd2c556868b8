/** Room, segment, host and notes as bars under the plot, on its time axis. */
import { clockText } from '../format/clock.ts';
import { durationText } from '../format/duration.ts';
import type { LaneName } from '../series/chart-layout.ts';
import { clearOf, gapEdges } from '../series/chart-marks.ts';
import { alarms, spanOf } from '../series/span.ts';
import { element, escapeText, fitted, label, path, textWidth } from './element.ts';
import type { Frame } from './frame.ts';
import type { Picture } from './input.ts';
import type { Theme } from './theme.ts';

export interface Drawing {
  picture: Picture;
  frame: Frame;
  theme: Theme;
  x(at: number): number;
}

const NAMES: Readonly<Record<LaneName, string>> = { room: 'Room', segment: 'Segment', host: 'Host', notes: 'Notes' };

export function lanes(drawing: Drawing): string {
  const { frame, theme } = drawing;
  return frame.layout.lanes
    .map(({ name, top }) => {
      const title = label(frame.layout.gutter - 8, top + 10, NAMES[name], { fill: theme.ink3, anchor: 'end' });
      return element('g', { 'data-lane': name }, title + lane(name, top, drawing));
    })
    .join('');
}

function lane(name: LaneName, top: number, drawing: Drawing): string {
  if (name === 'room') return rooms(top, drawing);
  if (name === 'segment') return segments(top, drawing);
  return name === 'host' ? hosts(top, drawing) : notes(top, drawing);
}

function rooms(top: number, drawing: Drawing): string {
  const { picture, frame, theme, x } = drawing;
  const { view, zone } = picture;
  return view.rooms
    .map((room) => {
      const from = room.from ?? view.firstAt;
      const edges = clip(drawing, from, room.to);
      if (edges === null) return '';
      const state =
        room.to === null
          ? `open since ${clockText(from, zone)}`
          : `${clockText(from, zone)} to ${clockText(room.to, zone)}`;
      const change = room.from !== null && view.rooms.length > 1 && room.from > frame.domain.from;
      const rule =
        change && room.from !== null && room.from > view.firstAt
          ? path(`M${x(room.from).toFixed(1)} 24V${frame.layout.axis}`, {
              stroke: theme.ink,
              'stroke-dasharray': '3 3',
              'data-mark': 'room-change',
            })
          : '';
      return (
        bar({ ...edges, right: edges.right - (room.to === null ? 0 : 2) }, top, `${room.room}, ${state}`, drawing) +
        rule
      );
    })
    .join('');
}

function segments(top: number, drawing: Drawing): string {
  return drawing.picture.view.segments
    .map((segment) => {
      const edges = clip(drawing, segment.from, segment.to);
      return edges === null ? '' : bar({ ...edges, right: edges.right - 2 }, top, segment.label, drawing);
    })
    .join('');
}

function bar(edges: { left: number; right: number }, top: number, words: string, drawing: Drawing): string {
  const { theme, picture, frame, x } = drawing;
  const { left, right } = edges;
  const start = clearOf(gapEdges(picture.view, frame.domain, x), left + 6, Math.min(textWidth(words), right - left));
  const text = right - start > 28 ? fitted(words, right - 4 - start) : '';
  return (
    element('rect', { x: left, y: top, width: Math.max(1, right - left), height: 12, fill: theme.raised }) +
    (text === '' ? '' : label(start, top + 10, text, { fill: theme.ink2 }))
  );
}

function hosts(top: number, drawing: Drawing): string {
  const { picture, frame, theme } = drawing;
  const crashes = alarms(picture.view.windows).map(spanOf);
  return picture.view.hosts
    .map((piece) => {
      const edges = clip(drawing, piece.from, piece.to);
      if (edges === null) return '';
      const { left, right } = edges;
      const width = Math.max(1, right - left);
      if (piece.present) {
        const fits = textWidth('present') < width - 10;
        return (
          element('rect', { x: left, y: top, width, height: 12, fill: theme.ink2 }) +
          (fits ? label(left + 6, top + 10, 'present', { fill: theme.ground, weight: 500 }) : '')
        );
      }
      const cut = crashes.some((span) => piece.from >= span.from && (span.to === null || piece.from <= span.to));
      const colour = cut ? theme.crash : theme.ink3;
      const word = cut ? 'dropped' : 'gone';
      const long = `${word} ${durationText((piece.to ?? frame.domain.edge) - piece.from)}`;
      const text = [long, word].find((words) => textWidth(words) < width - 14) ?? '';
      const ends = `M${left.toFixed(1)} ${top}v12${piece.to === null ? '' : `M${right.toFixed(1)} ${top}v12`}`;
      return (
        path(`M${left.toFixed(1)} ${top + 6}H${right.toFixed(1)}`, {
          stroke: colour,
          'stroke-width': 2,
          'stroke-dasharray': '1 4',
          'data-mark': 'host-gone',
        }) +
        path(ends, { stroke: colour, 'stroke-width': 1.5 }) +
        (text === ''
          ? ''
          : label(left + 7, top + 10, text, { fill: colour, weight: cut ? 600 : 400, halo: theme.ground }))
      );
    })
    .join('');
}

function notes(top: number, drawing: Drawing): string {
  const { picture, frame, theme, x } = drawing;
  return picture.view.notes
    .map((note, index) => {
      if (note.at < frame.domain.from || note.at > frame.domain.edge) return '';
      const at = x(note.at);
      return (
        path(`M${at.toFixed(1)} ${top - 4}V${top}`, { stroke: theme.ink }) +
        element(
          'rect',
          {
            x: at - 7,
            y: top - 1,
            width: 14,
            height: 14,
            rx: 2,
            fill: theme.ground,
            stroke: theme.ink2,
            'data-mark': 'note',
          },
          element('title', {}, escapeText(note.label)),
        ) +
        label(at, top + 10, String(index + 1), { fill: theme.ink, size: 10, weight: 600, anchor: 'middle' })
      );
    })
    .join('');
}

/** The notes of the shown window, written out under the axis. */
export function noteList(drawing: Drawing, top: number): string {
  const { picture, frame, theme } = drawing;
  const { layout, domain } = frame;
  const shown = picture.view.notes
    .map((note, index) => ({ note, number: index + 1 }))
    .filter(({ note }) => note.at >= domain.from && note.at <= domain.edge);
  const most = frame.notesListed;
  return shown
    .slice(0, most)
    .map(({ note, number }, index) => {
      const more = index === most - 1 && shown.length > most ? ` (and ${shown.length - most} more notes)` : '';
      const y = top + 14 + index * 16;
      const by = note.author === null ? '' : `, ${note.author}`;
      const words = `${clockText(note.at, picture.zone)}  ${note.label}${by}${more}`;
      return (
        label(layout.gutter - 8, y, String(number), { fill: theme.ink, weight: 600, anchor: 'end' }) +
        label(layout.gutter, y, fitted(words, layout.width - layout.gutter), { fill: theme.ink2 })
      );
    })
    .join('');
}

/** In px, within the shown window; null where it lies outside. */
function clip({ frame, x }: Drawing, from: number, to: number | null): { left: number; right: number } | null {
  const { domain } = frame;
  if (from > domain.edge || (to !== null && to < domain.from)) return null;
  return { left: x(Math.max(from, domain.from)), right: x(Math.min(to ?? domain.edge, domain.edge)) };
}
