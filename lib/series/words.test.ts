import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ControlEvent } from '../event/event.ts';
import { resolveControls, segmentsOf } from '../numbers/controls.ts';
import { answersOf } from './answers.ts';
import { chartLayout, timeAt, timeScale } from './chart-layout.ts';
import { chartMarks, clearOf } from './chart-marks.ts';
import { type ExportRow, exportRowPages, seriesCsvPieces, seriesJsonPieces } from './export-rows.ts';
import { broadcastState, type Dated, freshnessOf } from './freshness.ts';
import { type LiveView, liveView } from './live-view.ts';
import { pageState } from './page-state.ts';
import type { Point } from './point.ts';
import { domainOf } from './range.ts';
import { notesOf, roomsOf } from './remarks.ts';
import { chartSentence } from './sentence.ts';
import { isAlarm, spanOf } from './span.ts';
import { crash, point, row, status } from './test-points.ts';
import { timeTicks, valueCeiling, valueTicks } from './ticks.ts';

function control(type: ControlEvent['type'], ts: number, over: Partial<ControlEvent> = {}): ControlEvent {
  return {
    type,
    ts,
    broadcast: 'b',
    room: 'b',
    roomSent: false,
    id: `${type}${ts}`,
    source: null,
    label: null,
    author: null,
    replaces: null,
    startsAt: null,
    ...over,
  };
}

function viewOf(points: Point[], over: Partial<Parameters<typeof liveView>[0]> = {}): LiveView {
  return liveView({
    status: status(),
    points,
    lastRows: [],
    windows: [],
    controls: [],
    codes: [],
    demand: [],
    startups: [],
    pipeline: [],
    ...over,
  });
}

describe('remarks', () => {
  it('a note taken back is gone, a corrected one stands in its own time', () => {
    const controls = [
      control('note', 1, { id: 'a', label: 'one' }),
      control('note', 2, { id: 'b', label: 'two' }),
      control('note', 3, { id: 'c', label: '', replaces: 'a' }),
      control('note', 4, { id: 'd', label: 'two, corrected', replaces: 'b' }),
    ];
    expect(notesOf(resolveControls(controls).holding).map(({ at, label }) => [at, label])).toEqual([
      [4, 'two, corrected'],
    ]);
  });

  it('an end closes the latest open segment, of its label where it has one', () => {
    const controls = [
      control('segment_start', 1, { label: 'outer' }),
      control('segment_start', 2, { label: 'inner' }),
      control('segment_end', 3, { label: 'outer' }),
      control('segment_end', 4),
    ];
    expect(segmentsOf(controls)).toMatchObject([
      { label: 'outer', from: 1, to: 3, id: 'segment_start1', endId: 'segment_end3' },
      { label: 'inner', from: 2, to: 4, id: 'segment_start2', endId: 'segment_end4' },
    ]);
  });

  it('at one instant the end goes first', () => {
    const controls = [
      control('segment_start', 1, { label: 'a' }),
      control('segment_start', 5, { label: 'b' }),
      control('segment_end', 5),
    ];
    expect(segmentsOf(controls)).toMatchObject([
      { label: 'a', from: 1, to: 5 },
      { label: 'b', from: 5, to: null },
    ]);
  });

  it('the first end of a room holds', () => {
    const controls = [
      control('room_start', 1, { room: 'r1' }),
      control('room_end', 5, { room: 'r1' }),
      control('room_end', 9, { room: 'r1' }),
    ];
    expect(roomsOf(controls)).toEqual([{ room: 'r1', from: 1, to: 5 }]);
  });
});

describe('freshness', () => {
  const now = 2_000_000_000_000;
  const dated: Dated = {
    liveSecond: now / 1000 - 1,
    lastAt: now - 1000,
    storedAt: now - 500,
    watermark: now - 5000,
    complete: false,
    catchingUp: false,
    state: 'live',
  };

  it.each([
    ['live', dated, { kind: 'live', behindMs: 1000 }],
    ['catching up', { ...dated, catchingUp: true }, { kind: 'catching_up' }],
    [
      'stale after 10 s',
      { ...dated, storedAt: now - 42_000, watermark: now - 42_000 },
      { kind: 'stale', forMs: 42_000 },
    ],
    [
      'quiet but watched',
      { ...dated, storedAt: now - 42_000, watermark: now - 4000 },
      { kind: 'live', behindMs: 1000 },
    ],
    ['a recording', { ...dated, liveSecond: now / 1000 - 90_000 }, { kind: 'replaying' }],
    ['ended', { ...dated, complete: true, watermark: null }, { kind: 'ended', final: true }],
  ] as const)('%s', (_, given, expected) => expect(freshnessOf(given, now)).toEqual(expected));

  it.each([
    ['crashing', { open: true, lastClosedAt: null }, 'crashing'],
    ['recovered for half an hour', { open: false, lastClosedAt: now - 60_000 }, 'recovered'],
    ['live again after it', { open: false, lastClosedAt: now - 3_600_000 }, 'live'],
  ] as const)('%s', (_, windows, expected) => expect(broadcastState(dated, windows, now)).toBe(expected));

  it('says the line before the data', () => {
    const fresh = { kind: 'live', behindMs: 1000 } as const;
    expect(pageState({ silentMs: 0, tries: 0 }, fresh, 0, 'UTC')).toMatchObject({
      words: 'Live, 1 s behind',
      oldForMs: null,
    });
    expect(pageState({ silentMs: 6000, tries: 3 }, fresh, 0, 'UTC')).toMatchObject({
      kind: 'reconnecting',
      words: 'Reconnecting, try 3; showing 00:00:00',
      oldForMs: null,
    });
    expect(pageState({ silentMs: 42_000, tries: 9 }, fresh, 0, 'UTC')).toMatchObject({
      kind: 'disconnected',
      words: 'Disconnected for 42 s',
      oldForMs: 42_000,
    });
  });
});

describe('windows', () => {
  it('that were withdrawn alarm nobody', () => expect(isAlarm(crash({ state: 'withdrawn' }))).toBe(false));

  it('of people who left alarm nobody', () => expect(isAlarm(crash({ type: 'planned_end' }))).toBe(false));

  it('span from onset to the end of service trouble, open to null', () => {
    expect(spanOf(crash())).toEqual({ from: 1_000_000, to: null });
    expect(spanOf(crash({ serviceEndAt: 1_050_000, closedAt: 1_110_000 }))).toEqual({ from: 1_000_000, to: 1_050_000 });
  });
});

describe('the five answers', () => {
  const fall = Array.from({ length: 201 }, (_, index) => {
    const second = 900 + index;
    return point({ second, connected: second < 1000 ? 1000 : Math.max(400, 1000 - (second - 999) * 60) });
  });

  it('are calm where nothing is wrong', () => {
    const answers = answersOf(viewOf(fall), 'UTC', 1_100_000);
    expect(answers.kind).toBe('calm');
    expect(answers.list.map((one) => one.question)).toEqual([
      'Broken?',
      'Since when?',
      'For whom?',
      'Likely cause',
      'Joins minus gone',
    ]);
    expect(answers.list[0].lead).toBe('No');
  });

  it('say since when, how far, for whom and why while a window is open', () => {
    const cause = {
      attribute: 'edge',
      value: 'ams-3',
      dropped: 430,
      present: 460,
      riskRatio: 7.1,
      lower: 7.06,
      upper: 7.18,
      likely: true,
    };
    const view = viewOf(fall, { windows: [crash({ causes: [cause] })] });
    const answers = answersOf(view, 'UTC', 1_100_000);
    expect(answers.kind).toBe('open');
    const [broken, since, whom, why, back] = answers.list;
    expect([broken.alarm, broken.lead]).toEqual(['Yes', '\u221260.0\u202f%']);
    expect(broken.lines[0]).toBe('\u221254\u202f% in the first 9 s');
    expect([since.lead, since.lines[0], since.lines[1]]).toEqual(['00:16:40', 'Open 1 min 40 s', 'Detected after 4 s']);
    expect([whom.lead, whom.lines[0]]).toEqual(['500', '50.0\u202f% of 1,000 present']);
    expect([why.lead, why.small, why.lines[1]]).toEqual(['ams-3', 'edge, 7.1×', '86\u202f% of all drops']);
    expect(back.lines[0]).toBe('Return rate from 00:21:40');
  });

  it('name no cause that is not likely', () => {
    const cause = {
      attribute: 'edge',
      value: 'a',
      dropped: 9,
      present: 90,
      riskRatio: 1.2,
      lower: 0.9,
      upper: 1.5,
      likely: false,
    };
    const answers = answersOf(viewOf(fall, { windows: [crash({ causes: [cause] })] }), 'UTC', 1_100_000);
    expect(answers.list[3].lead).toBe('None to name');
  });

  it('say beside the type that other broadcasts broke at the same moment', () => {
    const answers = answersOf(viewOf(fall, { windows: [crash({ platformWide: true })] }), 'UTC', 1_100_000);
    expect(answers.list[0].lines[1]).toBe('Type: crash, platform-wide');
  });

  it('say not measured instead of nought', () => {
    const view = viewOf(fall, { windows: [crash({ dropped: null, blocked: null })] });
    expect(answersOf(view, 'UTC', 1_100_000).list[2]).toMatchObject({
      lead: 'unknown',
      lines: ['dropped: not measured', 'blocked: not measured'],
    });
  });
});

describe('the strips of the chart', () => {
  const names = (compact: boolean, comments: boolean) =>
    chartLayout(1000, 200, compact, comments).strips.map(({ name }) => name);

  it('have comments where anybody wrote one, and room for them', () => {
    expect(names(false, true)).toEqual(['joins', 'gone', 'errors', 'comments']);
    expect(names(false, false)).toEqual(['joins', 'gone', 'errors']);
    expect(names(true, true)).toEqual(['gone']);
    expect(chartLayout(1000, 200, false, true).axis).toBeGreaterThan(chartLayout(1000, 200, false, false).axis);
  });
});

describe('the live view', () => {
  it('stands at the live second, not at the newest row', () => {
    const view = viewOf([point({ second: 1100, connected: 7 }), point({ second: 1101, connected: 9, state: 'live' })]);
    expect(view.headline).toMatchObject({ second: 1100, connected: 7 });
  });

  it('gives the first second of the peak', () => {
    const points = [10, 20, 20, 5].map((connected, index) => point({ second: 1000 + index, connected }));
    expect(viewOf(points).peak).toEqual({ value: 20, second: 1001 });
  });

  it('adds up the attempts of the last minute', () => {
    const outcomes = { heard: 1, failed: 2, exited: 3, unresolved: 4 };
    const lastRows = [
      row({ second: 1040, attempts: 99 }),
      row({ second: 1041, attempts: 10, outcomes }),
      row({ second: 1100, attempts: 10, outcomes }),
    ];
    expect(viewOf([point({ second: 1100 })], { lastRows }).attempts).toEqual({
      seconds: 60,
      total: 20,
      outcomes: { heard: 2, failed: 4, exited: 6, unresolved: 8 },
      failures: 0,
    });
  });

  it('knows nothing of attempts where none are sent', () => {
    const known = { hearing: false, errors: false, attempts: false, comments: false, silence: false };
    const view = viewOf([point({ second: 1100 })], { status: status({ known }) });
    expect([view.attempts, view.codes]).toEqual([null, null]);
  });
});

describe('axes', () => {
  it('have three steps or more below any top', () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 10_000_000 }), (max) => {
        const ticks = valueTicks(max);
        expect(ticks[0]).toBe(0);
        expect(ticks.length).toBeGreaterThanOrEqual(4);
        expect(ticks.length).toBeLessThanOrEqual(6);
        expect(new Set(ticks).size).toBe(ticks.length);
      }),
    );
  });

  it('leave room for words above the highest value', () => expect(valueCeiling(100)).toBeGreaterThan(115));

  it('write round wall-clock times of the zone', () => {
    const half = 19_800_000;
    const ticks = timeTicks(0, 7_200_000, 5, half);
    expect(ticks.every((at) => (at + half) % 1_800_000 === 0)).toBe(true);
    expect(ticks.length).toBeLessThanOrEqual(6);
  });
});

describe('places on the chart', () => {
  const layout = chartLayout(1056, 330, false);
  const domain = domainOf('15m', 0, 1100);

  it('leave the right edge free for the names of the lines', () => {
    expect(domain.edge - domain.from).toBe(900_000);
    expect(timeScale(layout, domain)(domain.edge)).toBeLessThan(1056 - 70);
  });

  it('read back the instant under a place', () => {
    const x = timeScale(layout, domain);
    expect(timeAt(layout, domain, x(700_000))).toBeCloseTo(700_000);
    expect(timeAt(layout, domain, 5000)).toBe(domain.edge);
  });

  it('keep the names of two close lines apart', () => {
    const points = [point({ second: 1100, connected: 1000, hearing: 990 })];
    const view = viewOf(points);
    const { ends } = chartMarks({ view, points, layout, domain, ceiling: 1220, zone: 'UTC', now: 0 });
    expect((ends[1]?.labelY ?? 0) - (ends[0]?.labelY ?? 0)).toBeGreaterThanOrEqual(30);
  });

  it('move a label past a hatch', () => {
    expect(clearOf([{ left: 100, right: 120 }], 80, 40)).toBe(128);
    expect(clearOf([{ left: 100, right: 120 }], 10, 40)).toBe(10);
  });

  it('title a window that began before the view with its onset', () => {
    const late = domainOf('5m', 0, 4000);
    const points = [point({ second: 4000 })];
    const view = viewOf(points, { windows: [crash()] });
    const marks = chartMarks({ view, points, layout, domain: late, ceiling: 122, zone: 'UTC', now: 4_000_000 });
    expect(marks.spans[0]).toMatchObject({ left: 64, onset: false, clock: null });
    expect(marks.spans[0]?.title?.text).toBe('▼ Crash window since 00:16:40, open 50 min 00 s');
  });

  it('are said in a sentence', () => {
    const view = viewOf([point({ second: 1100, hearing: null })]);
    expect(chartSentence(view, domain, 'UTC')).toBe(
      'Audience from 00:03:20 to 00:18:20 UTC. Connected peaked at 100 at 00:18:20. Connected is 100. Hearing is not measured. No crash window.',
    );
  });
});

describe('rows as files carry them', () => {
  const rows = [
    row({ second: 59, connected: 10, joins: 1, hearing: null, state: 'final' }),
    row({ second: 60, connected: 20, joins: 2, hearing: null, state: 'final' }),
    row({ second: 61, connected: 40, joins: 3, hearing: null, state: 'settled', rev: null }),
  ];

  async function all<T>(pieces: AsyncIterable<T>): Promise<T[]> {
    const list: T[] = [];
    for await (const piece of pieces) list.push(piece);
    return list;
  }
  async function* paged(size: number): AsyncGenerator<typeof rows> {
    for (let from = 0; from < rows.length; from += size) yield rows.slice(from, from + size);
    yield [];
  }
  const exported = async (step: number): Promise<ExportRow[]> => (await all(exportRowPages(paged(3), step))).flat();
  const csvOf = async (step: number, size = 3): Promise<string> =>
    (await all(seriesCsvPieces(exportRowPages(paged(size), step), step))).join('');

  it('have one line a second, unknown as an empty cell', async () => {
    const csv = (await csvOf(1)).split('\n');
    expect(csv[0]).toBe(
      'time,connected,hearing,connections,suspect,joins,leaves,timeouts,errors,attempts,failures,state,rev',
    );
    expect(csv[1]).toBe('1970-01-01T00:00:59Z,10,,100,0,1,0,0,0,0,0,final,1');
    expect(csv[3]).toBe('1970-01-01T00:01:01Z,40,,100,0,3,0,0,0,0,0,settled,');
  });

  it('have means, sums and extremes over a step, named by its first second', async () => {
    const [first, second] = await exported(60);
    expect(first).toMatchObject({ at: 0, connected: 10, joins: 1 });
    expect(second).toMatchObject({
      at: 60_000,
      connected: 30,
      joins: 5,
      connectedMin: 20,
      connectedMax: 40,
      state: 'settled',
      rev: null,
    });
    expect((await csvOf(60)).split('\n')[0]).toContain('rev,connected_min,connected_max');
  });

  it('are the same wherever their pages end', async () => {
    for (const step of [1, 2, 60]) {
      for (const size of [1, 2]) {
        expect(await csvOf(step, size)).toBe(await csvOf(step));
        const json = await all(seriesJsonPieces(exportRowPages(paged(size), step), { broadcast: 'talk', step }));
        expect(json.join('')).toBe(JSON.stringify({ broadcast: 'talk', step, rows: await exported(step) }));
      }
    }
  });
});
