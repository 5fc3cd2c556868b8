/** Joins, endings, errors and comments per second as bars on the time axis of the chart; each with its own maximum. */
import { axisCountText, countText, rateText, shareText } from '../../lib/format/number.ts';
import { type Bar, bars, barWidth, highest } from '../../lib/series/bars.ts';
import { type ChartLayout, labelWidth, type StripName } from '../../lib/series/chart-layout.ts';
import { clearOf, gapEdges } from '../../lib/series/chart-marks.ts';
import { focusWindow, type LiveView } from '../../lib/series/live-view.ts';
import type { Point } from '../../lib/series/point.ts';
import type { Domain } from '../../lib/series/range.ts';
import { alarms, spanOf } from '../../lib/series/span.ts';

/** Words stand this far above the base line of their strip. */
const WORDS_ABOVE = 18;
/** A place for them is sought in steps of this, px. */
const STEP = 8;

interface Props {
  layout: ChartLayout;
  domain: Domain;
  points: readonly Point[];
  view: LiveView;
  x: (at: number) => number;
}

const NAMES: Readonly<Record<StripName, string>> = {
  joins: 'Joins/s',
  gone: 'Gone/s',
  errors: 'Errors/s',
  // in full it is wider than the gutter: the unit stands at its maximum
  comments: 'Comments',
};

export function ChartStrips(props: Props) {
  const { layout, domain, points, x } = props;
  const most = Math.max(20, Math.floor((layout.width - layout.gutter) / (layout.compact ? 4.4 : 6.2)));
  const width = barWidth((domain.to - domain.from) / 1000, most);
  const step = Math.max(1.5, x(width * 1000) - x(0));
  const crashes = alarms(props.view.windows).map(spanOf);
  return layout.strips.map(({ name, base, height }) => {
    const stacks = stacksOf(points, name, width, (bar) =>
      crashes.some(
        (span) => barStart(bar) + width * 1000 >= span.from && (span.to === null || barStart(bar) < span.to),
      ),
    );
    const top = stacks === null ? 0 : highest(stacks.total);
    const scale = top === 0 ? 0 : height / top;
    return (
      <g key={name}>
        <path className="m-base" d={`M${layout.gutter} ${base}H${layout.width}`} />
        <text className="t-ink2" x={layout.gutter - 8} y={base - 20} textAnchor="end">
          {NAMES[name]}
        </text>
        {stacks === null ? null : (
          <text x={layout.gutter - 8} y={base - 7} textAnchor="end" style={{ fontSize: 10 }}>
            {layout.compact ? maximumText(top) : `max ${maximumText(top)}${name === 'comments' ? '/s' : ''}`}
          </text>
        )}
        {stacks === null ? (
          <text x={layout.gutter + 6} y={base - 7}>
            not measured
          </text>
        ) : (
          stacks.parts.map((part) => (
            <path
              key={part.look}
              className={part.look}
              d={barPath(part.bars, part.under, layout, x, x(domain.edge), step, base, scale)}
            />
          ))
        )}
        <StripWords name={name} base={base} clear={clearAbove(stacks?.total ?? [], x, step, scale)} {...props} />
      </g>
    );
  });
}

/** In full where it fits the gutter. */
function maximumText(perSecond: number): string {
  return perSecond >= 10_000 ? axisCountText(Math.round(perSecond / 100) * 100) : rateText(perSecond);
}

interface Stacks {
  total: Bar[];
  /** `under` is what a bar stands on */
  parts: { look: string; bars: Bar[]; under: Bar[] | null }[];
}

function stacksOf(
  points: readonly Point[],
  name: StripName,
  width: number,
  inCrash: (bar: Bar) => boolean,
): Stacks | null {
  if (name !== 'gone') {
    const list = bars(points, name, width);
    return list === null ? null : { total: list, parts: [{ look: 'm-ink', bars: list, under: null }] };
  }
  const left = bars(points, 'left', width);
  const dropped = bars(points, 'dropped', width);
  if (left === null || dropped === null) return null;
  const total = dropped.map((bar, index) => ({
    from: bar.from,
    perSecond: bar.perSecond + (left[index]?.perSecond ?? 0),
  }));
  return {
    total,
    parts: [
      { look: 'm-left', bars: left, under: null },
      { look: 'm-drop', bars: dropped.filter((bar) => inCrash(bar)), under: left },
      { look: 'm-ink', bars: dropped.filter((bar) => !inCrash(bar)), under: left },
    ],
  };
}

function barPath(
  list: readonly Bar[],
  under: readonly Bar[] | null,
  layout: ChartLayout,
  x: (at: number) => number,
  edge: number,
  step: number,
  base: number,
  scale: number,
): string {
  const width = Math.max(1, step - 1);
  const feet = new Map((under ?? []).map((bar) => [bar.from, bar.perSecond]));
  let path = '';
  list.forEach((bar) => {
    if (bar.perSecond <= 0) return;
    const left = x(barStart(bar));
    if (left < layout.gutter - step || left >= edge) return;
    const foot = base - (feet.get(bar.from) ?? 0) * scale;
    const height = Math.max(0.4, bar.perSecond * scale);
    path += `M${Math.max(layout.gutter, left).toFixed(1)} ${foot.toFixed(1)}v${(-height).toFixed(1)}h${Math.min(width, edge - left).toFixed(1)}v${height.toFixed(1)}z`;
  });
  return path;
}

/** Epoch ms. The second s counts what came after s - 1, so a bar begins a second before its first one. */
function barStart(bar: Bar): number {
  return (bar.from - 1) * 1000;
}

/** Whether no bar between two places reaches up to the words. */
function clearAbove(
  list: readonly Bar[],
  x: (at: number) => number,
  step: number,
  scale: number,
): (left: number, right: number) => boolean {
  return (left, right) =>
    list.every((bar) => {
      const at = x(barStart(bar));
      return at + step < left || at > right || bar.perSecond * scale < WORDS_ABOVE;
    });
}

/** What the bars of a crash add up to, where there is room beside them. */
function StripWords(props: Props & { name: StripName; base: number; clear: (left: number, right: number) => boolean }) {
  const { name, base, clear, layout, domain, view, x } = props;
  const window = focusWindow(view.windows);
  if (window === null || layout.compact || window.onsetAt < domain.from || window.onsetAt > domain.edge) return null;
  const left = x(window.onsetAt) + 54;
  const parts = name === 'gone' ? goneWords(view, window.dropped) : name === 'errors' ? errorWords(view) : [];
  // the end of a window and a change of rooms are rules through all strips
  const rules = [spanOf(window).to, ...view.rooms.map((room) => room.from)]
    .flatMap((end) => (end === null || end <= domain.from || end >= domain.edge ? [] : [x(end)]))
    .map((place) => ({ left: place, right: place }));
  const gaps = [...gapEdges(view, domain, x), ...rules].sort((a, b) => a.left - b.left);
  let at = left;
  return parts.map(({ text, look }) => {
    const width = labelWidth(text);
    const last = x(domain.edge) - 4 - width;
    let start = clearOf(gaps, at, width);
    // past the bars that reach up to it, and past every hatch and rule
    while (start <= last && !clear(start, start + width)) start = clearOf(gaps, start + STEP, width);
    if (start > last) return null;
    at = start + width + 24;
    return (
      <text key={text} className={`${look} t-halo`} x={start} y={base - 21}>
        {text}
      </text>
    );
  });
}

function goneWords(view: LiveView, dropped: number | null): { text: string; look: string }[] {
  const words = dropped === null ? [] : [{ text: `dropped ${countText(dropped)}`, look: 't-crash' }];
  if (view.sinceOnset !== null) words.push({ text: `left by themselves ${countText(view.sinceOnset.left)}`, look: '' });
  return words;
}

function errorWords(view: LiveView): { text: string; look: string }[] {
  const { codes } = view;
  if (codes === null || codes.total === 0) return [];
  return codes.list.slice(0, 2).map(({ code, count }) => ({
    text: `${code} ${shareText(count / codes.total, { tight: true })}`,
    look: '',
  }));
}
