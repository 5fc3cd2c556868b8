import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { aWindow } from '../compare/report-builder.ts';
import { fontFiles } from '../export/font-files.ts';
import { pngOf } from '../export/png.ts';
import type { LiveView } from '../series/live-view.ts';
import type { Point } from '../series/point.ts';
import { fitted } from './element.ts';
import { spread } from './end-labels.ts';
import type { OtherLine, Picture, PictureForm } from './input.ts';
import { pictureSvg } from './picture.ts';

const START = Date.UTC(2023, 4, 24, 22);
const LENGTH = 1_800;

function audience(second: number): number {
  if (second < 300) return second * 2;
  return second < 600 ? 600 : 250 + Math.floor((second - 600) / 10);
}

const points: Point[] = Array.from({ length: LENGTH }, (_, second) => {
  const connected = audience(second);
  return {
    second: START / 1000 + second,
    seconds: 1,
    connected,
    hearing: Math.floor(connected * 0.8),
    suspect: second > LENGTH - 20 ? 30 : 0,
    joins: second < 300 ? 2 : 0,
    dropped: second === 600 ? 350 : 0,
    left: 0,
    errors: second === 600 ? 350 : 0,
    attempts: null,
    failures: null,
    comments: null,
    hosts: second < 620 || second > 700 ? 1 : 0,
    speakers: 0,
    state: second < LENGTH - 40 ? 'final' : 'provisional',
  };
});

const view: LiveView = {
  broadcast: 'launch',
  title: 'Launch <night> & "more"',
  demo: false,
  kind: 'events',
  known: { hearing: true, errors: true, attempts: false, comments: false, silence: true },
  firstAt: START,
  lastAt: START + (LENGTH - 1) * 1000,
  watermark: START + (LENGTH - 40) * 1000,
  liveSecond: START / 1000 + LENGTH - 1,
  longestTimeout: 30_000,
  complete: false,
  storedAt: 0,
  catchingUp: false,
  state: 'provisional',
  rev: 3,
  kept: null,
  headline: null,
  peak: { value: 600, second: START / 1000 + 300 },
  peakHearing: null,
  windows: [
    aWindow({
      onsetAt: START + 600_000,
      serviceEndAt: START + 720_000,
      closedAt: START + 780_000,
      connectedBefore: 600,
    }),
    aWindow({ id: 'w2', type: 'telemetry_gap', onsetAt: START + 1_000_000, serviceEndAt: START + 1_060_000 }),
  ],
  notes: [{ id: 'n1', at: START + 640_000, label: 'moved capacity', author: 'ops' }],
  segments: [{ label: 'The speech', from: START + 300_000, to: START + 900_000, author: null, id: 's', endId: 'e' }],
  rooms: [
    { room: 'room-1', from: START, to: START + 700_000 },
    { room: 'room-2', from: START + 720_000, to: null },
  ],
  hosts: [
    { from: START, to: START + 620_000, present: true },
    { from: START + 620_000, to: START + 700_000, present: false },
    { from: START + 700_000, to: null, present: true },
  ],
  attempts: null,
  codes: null,
  demand: null,
  timeToFirstAudio: null,
  recent: null,
  sinceOnset: null,
  ledger: { duplicates: 0, late: 0, rejected: 0 },
};

const picture: Picture = {
  view,
  points,
  from: START,
  to: START + LENGTH * 1000,
  others: [],
  levels: [],
  alignment: null,
  origin: 0,
  scale: 'listeners',
  zone: 'America/New_York',
};
const form: PictureForm = { width: 1200, height: 675, theme: 'light', madeAt: Date.UTC(2023, 4, 25, 13, 12) };

function marksIn(svg: string): string[] {
  return [...new Set([...svg.matchAll(/data-mark="([^"]+)"/g)].map((match) => match[1] ?? ''))].sort();
}

function wordsIn(svg: string): string {
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((match) => match[1]).join(' | ');
}

const other: OtherLine = {
  broadcast: 'march',
  title: 'March town hall',
  points: points.map(({ second }, index) => ({ at: second * 1000, value: index })),
  gaps: [{ from: START + 500_000, to: START + 550_000 }],
  peak: 1_799,
  state: 'final',
  rev: 1,
};

describe('the picture of an audience', () => {
  it('has every mark of the chart', () => {
    expect(marksIn(pictureSvg(picture, form))).toEqual([
      'connected',
      'connected-provisional',
      'crash-span',
      'gap',
      'hearing',
      'hearing-fill',
      'hearing-provisional',
      'host-gone',
      'live-edge',
      'note',
      'onset',
      'peak',
      'room-change',
      'service-end',
      'suspect',
      'suspect-edge',
      'telemetry-gap',
    ]);
  });

  it('says broadcast, window, zone, state, revision and when it was made', () => {
    const words = wordsIn(pictureSvg(picture, form));
    expect(words).toContain(
      'Broadcast launch. 24 May 2023, 18:00:00 to 18:29:59 EDT, UTC−4. Provisional, may still change, revision 3.',
    );
    expect(words).toContain('Headcount, made 25 May 2023, 13:12 UTC');
    expect(words).toContain('▼ Crash window, 2 min 00 s');
    expect(words).toContain('18:10:40  moved capacity, ops');
  });

  it('keeps all of that on a narrow picture', () => {
    const words = wordsIn(pictureSvg(picture, { ...form, width: 320, height: 400 })).replaceAll(' | ', ' ');
    expect(words).toContain('Provisional, may still change, revision 3.');
    expect(words).toContain('made 25 May 2023, 13:12 UTC');
  });

  it('gives the same bytes for the same input, and others for the other theme', () => {
    expect(pictureSvg(picture, form)).toBe(pictureSvg(structuredClone(picture), { ...form }));
    expect(pictureSvg(picture, { ...form, theme: 'dark' })).not.toBe(pictureSvg(picture, form));
  });

  it('breaks the lines at a telemetry gap', () => {
    const line = /<path d="([^"]*)"[^>]*data-mark="connected"/.exec(pictureSvg(picture, form))?.[1] ?? '';
    expect(line.split('M')).toHaveLength(3);
  });

  it('makes text safe', () => {
    const svg = pictureSvg(picture, form);
    expect(svg).toContain('Launch &lt;night&gt; &amp; &quot;more&quot;');
    expect(svg).not.toContain('<night>');
  });

  it('draws other broadcasts with a dash of their own, and connected alone', () => {
    const svg = pictureSvg(
      { ...picture, others: [other, other, other, other], alignment: 'start', origin: START },
      form,
    );
    const dashes = [...svg.matchAll(/stroke-width="1.5"(?: stroke-dasharray="([^"]*)")?[^>]*data-mark="other-/g)];
    expect(dashes.map((match) => match[1])).toEqual([undefined, '7 3', '2 3', '4 2']);
    expect(marksIn(svg)).not.toContain('hearing');
    expect(wordsIn(svg)).toContain('minutes from the start');
    expect(wordsIn(svg)).toContain('Against march (final, revision 1)');
  });

  it('draws a published figure as a level', () => {
    const level = { name: 'Watermelon', value: 807_000, qualifier: 'over', source: 'A paper' };
    const svg = pictureSvg({ ...picture, levels: [level] }, form);
    expect(marksIn(svg)).toContain('reported');
    expect(wordsIn(svg)).toContain('over 807,000, reported');
    expect(wordsIn(svg)).toContain('reported by A paper');
  });

  it('stays inside its frame whatever its size', () => {
    for (const [width, height] of [
      [240, 160],
      [600, 200],
      [1200, 675],
      [3000, 500],
    ] as const) {
      const svg = pictureSvg(picture, { ...form, width, height });
      expect(svg).toContain(`viewBox="0 0 ${width} ${height}"`);
      expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    }
  });

  it('draws an empty broadcast without a line', () => {
    const svg = pictureSvg({ ...picture, points: [], view: { ...view, windows: [], peak: null } }, form);
    expect(marksIn(svg)).not.toContain('connected');
    expect(svg).not.toMatch(/NaN|Infinity/);
  });
});

describe('the same as PNG', () => {
  const fonts = fontFiles(fileURLToPath(new URL('.', import.meta.url)));

  it('is as large as asked for, and the same bytes again', () => {
    const png = pngOf(pictureSvg(picture, { ...form, width: 640, height: 360 }), fonts);
    const header = new DataView(png.buffer, png.byteOffset);
    expect([header.getUint32(16), header.getUint32(20)]).toEqual([640, 360]);
    expect(Buffer.compare(png, pngOf(pictureSvg(picture, { ...form, width: 640, height: 360 }), fonts))).toBe(0);
  });

  it('writes its words: another title is another picture', () => {
    const small = { ...form, width: 640, height: 360 };
    const renamed = { ...picture, view: { ...view, title: 'Another night' } };
    expect(Buffer.compare(pngOf(pictureSvg(picture, small), fonts), pngOf(pictureSvg(renamed, small), fonts))).not.toBe(
      0,
    );
  });
});

it('keeps names apart and inside', () => {
  expect(spread([100, 100, 105], 12, 400)).toEqual([100, 130, 160]);
  expect(spread([390, 395], 12, 400)).toEqual([370, 400]);
});

it('cuts words to a width', () => {
  expect(fitted('short', 100)).toBe('short');
  expect(fitted('a rather long line of words', 80)).toMatch(/^a rather.*…$/);
});
