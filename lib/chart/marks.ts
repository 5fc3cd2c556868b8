/** Grid, crash spans, hatches, rules and words of the plot, as `chartMarks` placed them. */
import type { ChartMarks } from '../series/chart-marks.ts';
import { element, label, path, textWidth } from './element.ts';
import type { Drawing } from './lanes.ts';

/** Beneath the lines. */
export function groundMarks(
  { frame, theme }: Drawing,
  marks: ChartMarks,
  ticks: readonly number[],
  y: (value: number) => number,
  words: (value: number) => string,
): string {
  const { layout } = frame;
  const spans = marks.spans
    .map((span) =>
      element('rect', {
        x: span.left,
        y: -16,
        width: span.width,
        height: layout.axis + 16,
        fill: theme.crashWash.colour,
        'fill-opacity': theme.crashWash.opacity,
        'data-mark': 'crash-span',
      }),
    )
    .join('');
  const grid = ticks
    .map(
      (tick) =>
        path(`M${layout.gutter} ${y(tick).toFixed(1)}H${layout.width}`, {
          stroke: tick === 0 ? theme.lineStrong : theme.grid,
          'shape-rendering': 'crispEdges',
        }) + label(layout.gutter - 8, y(tick) + 4, words(tick), { fill: theme.ink3, anchor: 'end' }),
    )
    .join('');
  return spans + grid;
}

/** A telemetry gap, over the full height of plot, lanes and strips. */
export function hatches({ frame }: Drawing, marks: ChartMarks): string {
  return marks.gaps
    .map((gap) =>
      element('rect', {
        x: gap.left,
        y: 4,
        width: gap.width,
        height: frame.layout.axis - 4,
        fill: 'url(#hatch)',
        'data-mark': 'telemetry-gap',
      }),
    )
    .join('');
}

/** Above the lines. `names`: words beside the lines; `hearing`: its end is marked too. */
export function wordMarks(
  { frame, theme, x, picture }: Drawing,
  marks: ChartMarks,
  show: { names: boolean; hearing: boolean },
): string {
  const { layout, domain } = frame;
  const halo = theme.ground;
  const crash = { stroke: theme.crash, 'stroke-width': 1.5, 'shape-rendering': 'crispEdges' };
  const edges = marks.spans.flatMap((span) => [span.left, span.left + span.width]);
  const spans = marks.spans.map(
    (span) =>
      (span.onset ? path(`M${span.left.toFixed(1)} -16V${layout.axis}`, { ...crash, 'data-mark': 'onset' }) : '') +
      (span.end
        ? path(`M${(span.left + span.width).toFixed(1)} -16V${layout.axis}`, {
            ...crash,
            'stroke-dasharray': '3 3',
            'data-mark': 'service-end',
          })
        : ''),
  );
  const titles = marks.spans.map((span) => {
    const size = layout.compact ? 11 : 12;
    const look = { fill: theme.crash, size, weight: 600, halo } as const;
    const clock =
      span.clock === null ? '' : label(span.clock.x, -3, span.clock.text, { ...look, size: 11, anchor: 'end' });
    if (span.title === null) return clock;
    const window = picture.view.windows.find(({ id }) => id === span.key);
    const words =
      window?.source === 'curve' ? span.title.text.replace('Crash window', 'Fall, from a curve') : span.title.text;
    const start = span.title.x;
    const clear = (text: string): boolean => {
      const end = start + textWidth(text, size);
      return (
        end < layout.width && edges.every((edge) => edge <= start || edge >= end || edge === span.left + span.width)
      );
    };
    const text = [words, '▼'].find(clear) ?? '';
    return clock + (text === '' ? '' : label(start, -3, text, look));
  });
  const edge = x(domain.edge);
  const isLive = !picture.view.complete && domain.edge >= picture.view.liveSecond * 1000;
  const parts = [
    isLive
      ? path(`M${edge.toFixed(1)} 8V${layout.axis}`, {
          stroke: theme.lineStrong,
          'stroke-dasharray': '1 3',
          'data-mark': 'live-edge',
        })
      : '',
    ...spans,
    ...titles,
    ...apart(marks.gaps, show.names).map((gap) =>
      gap.label === null ? '' : label(gap.label.x, gap.label.y, gap.label.text, { fill: theme.ink3, halo }),
    ),
  ];
  if (marks.peak !== null) {
    parts.push(
      element('circle', { cx: marks.peak.dotX, cy: marks.peak.dotY, r: 2.5, fill: theme.ink, 'data-mark': 'peak' }),
      label(marks.peak.x, marks.peak.y, `${marks.peak.text}${marks.peak.strong ?? ''}`, {
        fill: theme.ink,
        weight: 600,
        anchor: 'end',
        halo,
      }),
    );
  }
  if (marks.bracket !== null && show.names) {
    const { x: at, top, bottom, text } = marks.bracket;
    parts.push(
      path(`M${(at - 5).toFixed(1)} ${top.toFixed(1)}h5V${bottom.toFixed(1)}h-5`, {
        fill: 'none',
        stroke: theme.crash,
      }),
      label(at + 11, (top + bottom) / 2 - 8, text, { fill: theme.crash, size: 13, weight: 600, halo }),
    );
  }
  if (marks.noSound !== null && show.names) {
    parts.push(label(marks.noSound.x, marks.noSound.y, marks.noSound.text, { fill: theme.ink2, anchor: 'end' }));
  }
  for (const end of marks.ends.filter(({ key }) => show.hearing || key === 'connected'))
    parts.push(endMark(end, frame, theme, show.names));
  return parts.join('');
}

/** Words of a gap only where they stand clear of the ones before and of every hatch; none in a comparison. */
function apart(gaps: ChartMarks['gaps'], named: boolean): ChartMarks['gaps'] {
  let taken = Number.NEGATIVE_INFINITY;
  return gaps.filter(({ label: words }) => {
    if (!named || words === null) return false;
    const end = words.x + textWidth(words.text);
    const hatched = gaps.some(({ left, width }) => left < end + 4 && left + width > words.x);
    if (hatched || words.x < taken) return false;
    taken = end + 8;
    return true;
  });
}

function endMark(
  end: ChartMarks['ends'][number],
  frame: Drawing['frame'],
  theme: Drawing['theme'],
  named: boolean,
): string {
  const colour = end.key === 'connected' ? theme.ink : theme.hearing;
  const dot =
    end.key === 'connected'
      ? element('circle', { cx: end.x, cy: end.y, r: 3.5, fill: theme.ground, stroke: colour, 'stroke-width': 2 })
      : element('rect', {
          x: end.x - 3.2,
          y: end.y - 3.2,
          width: 6.4,
          height: 6.4,
          fill: theme.ground,
          stroke: colour,
          'stroke-width': 2,
        });
  if (!named || frame.compact) return dot;
  return (
    dot +
    label(end.x + 12, end.labelY - 2, end.text, { fill: colour, size: 12, weight: 600 }) +
    label(end.x + 12, end.labelY + 12, end.name, { fill: theme.ink3 })
  );
}
