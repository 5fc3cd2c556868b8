/** The audience chart as one SVG: the same input gives the same bytes. */
import { axisCountText, shareText } from '../format/number.ts';
import { timeScale } from '../series/chart-layout.ts';
import { chartMarks } from '../series/chart-marks.ts';
import { chartRows } from '../series/chart-rows.ts';
import type { Point } from '../series/point.ts';
import { chartSentence } from '../series/sentence.ts';
import { telemetryGaps } from '../series/span.ts';
import { thin } from '../series/thin.ts';
import { valueCeiling, valueTicks } from '../series/ticks.ts';
import { captionOf, captions } from './captions.ts';
import { comparedLines, comparedNames } from './comparison.ts';
import { element, escapeText, path } from './element.ts';
import { expectedMarks, expectedName } from './expected.ts';
import { frameOf } from './frame.ts';
import { isComparison, type Picture, type PictureForm } from './input.ts';
import { type Drawing, lanes, noteList } from './lanes.ts';
import { audienceLines, type Scales } from './lines.ts';
import { groundMarks, hatches, wordMarks } from './marks.ts';
import { strips } from './strips.ts';
import { themeOf } from './theme.ts';
import { timeAxis } from './time-axis.ts';

const FONT = "Inter, 'Inter Variable', ui-sans-serif, system-ui, sans-serif";

export function pictureSvg(picture: Picture, form: PictureForm): string {
  const theme = themeOf(form.theme);
  const frame = frameOf(picture, form);
  const { layout, domain } = frame;
  const x = timeScale(layout, domain);
  const drawing: Drawing = { picture, frame, theme, x };
  const compared = isComparison(picture);
  const unit = picture.scale === 'share' ? Math.max(1, picture.view.peak?.value ?? 1) : 1;
  const inView = picture.points.filter((point) => isWithin(point, domain));
  const shown = thin(inView, Math.max(600, Math.round(layout.width)));
  const others = picture.others.map((other) => ({
    ...other,
    points: other.points.filter(({ at }) => at >= domain.from && at <= domain.edge),
  }));
  const expected = (compared ? [] : (picture.expected ?? []))
    .map((seconds) => seconds.filter(({ at }) => at >= domain.from && at <= domain.edge))
    .filter((seconds) => seconds.length > 0);
  const highest = Math.max(
    0,
    ...expected.map((seconds) => seconds.reduce((most, { upper }) => Math.max(most, upper / unit), 0)),
    shown.reduce((most, point) => Math.max(most, point.connected / unit), 0),
    ...others.map(({ points }) => points.reduce((most, { value }) => Math.max(most, value), 0)),
    ...picture.levels.map(({ value }) => value),
  );
  const ceiling = picture.scale === 'share' ? Math.max(1, highest) * 1.12 : valueCeiling(highest);
  const scales: Scales = { x, y: (value) => layout.plotHeight * (1 - value / (ceiling * unit)) };
  const gaps = telemetryGaps(picture.view.windows);
  const now = picture.view.complete ? picture.view.lastAt : picture.view.liveSecond * 1000;
  const marks = chartMarks({
    view: picture.view,
    points: shown,
    layout,
    domain,
    ceiling: ceiling * unit,
    zone: picture.zone,
    now,
  });
  const ticks = picture.scale === 'share' ? [0, 0.25, 0.5, 0.75, 1] : valueTicks(ceiling);
  const plot =
    groundMarks(
      drawing,
      marks,
      ticks,
      (value) => scales.y(value * unit),
      (value) => (picture.scale === 'share' ? shareText(value, { tight: true }) : axisCountText(value)),
    ) +
    element(
      'g',
      { 'clip-path': 'url(#plot)' },
      expectedMarks(expected, scales, theme) +
        audienceLines(chartRows(shown, gaps), gaps, scales, theme, compared) +
        comparedLines(drawing, others, scales, unit),
    ) +
    lanes(drawing) +
    strips(drawing, shown) +
    hatches(drawing, marks) +
    timeAxis(drawing) +
    wordMarks(drawing, marks, { names: !compared && !frame.compact, hearing: !compared }) +
    (compared ? comparedNames(drawing, shown, others, scales, unit) : '') +
    (frame.compact ? '' : expectedName(expected, scales, { theme, right: layout.width })) +
    noteList(drawing, layout.axis + 22);
  const sentence = chartSentence(picture.view, domain, picture.zone);
  const caption = captionOf(drawing, form.madeAt);
  return `${element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width: form.width,
      height: form.height,
      viewBox: `0 0 ${form.width} ${form.height}`,
      role: 'img',
      'font-family': FONT,
      style: "font-feature-settings:'tnum','cv05','ss03'",
    },
    `${element('title', {}, escapeText(`${caption.title}. ${caption.subtitle}`))}\n` +
      `${element('desc', {}, escapeText(sentence))}\n` +
      `${definitions(drawing)}\n` +
      `${element('rect', { width: form.width, height: form.height, fill: theme.ground })}\n` +
      `${element('g', { transform: `translate(${frame.side} ${frame.top})` }, plot)}\n` +
      `${captions(drawing, caption)}\n`,
  )}\n`;
}

function definitions({ frame, theme }: Drawing): string {
  const { layout } = frame;
  const hatch = element(
    'pattern',
    { id: 'hatch', width: 6, height: 6, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
    element('rect', { width: 6, height: 6, fill: theme.ground }) +
      path('M0 0V6', { stroke: theme.hatch, 'stroke-width': 2 }),
  );
  const clip = element(
    'clipPath',
    { id: 'plot' },
    element('rect', {
      x: layout.gutter - 1,
      y: -2,
      width: layout.width - layout.gutter + 2,
      height: layout.plotHeight + 4,
    }),
  );
  return element('defs', {}, hatch + clip);
}

function isWithin(point: Point, { from, edge }: { from: number; edge: number }): boolean {
  const at = point.second * 1000;
  return at >= from && at <= edge;
}
