import { describe, expect, it } from 'vitest';
import type { SecondRow } from '../numbers/second.ts';
import { pointOf } from '../series/point.ts';
import { ALIGNMENTS, aligned, changeAfterPeak, originOf } from './align.ts';
import { gateFor, sharedKind } from './gate.ts';
import { streamOfReference, streamOfReport } from './other-stream.ts';
import { REFERENCE_FIGURES, referenceFigure } from './reference-figures.ts';
import { aReport, aWindow } from './report-builder.ts';
import { capacityOf, compareBy } from './table.ts';

const START = Date.UTC(2023, 4, 24, 21, 48);
const own = streamOfReport(aReport(), '24 May 2023');
const ownKinds = new Set(own.figures.map(({ kind }) => kind));

function reference(id: string) {
  const found = referenceFigure(id);
  if (found === null) throw new Error(`no figure ${id}`);
  return streamOfReference(found);
}

describe('the like-for-like gate', () => {
  it('opens for equal kinds', () => {
    expect(gateFor('peak', reference('watermelon-2016'), ownKinds)).toMatchObject({
      open: true,
      figure: { value: 807_000, state: 'reported', source: 'BuzzFeed News' },
    });
  });

  it('says why two kinds may not share an axis, and by which kind they would compare', () => {
    expect(gateFor('peak', reference('dolphins-chiefs-2024'), ownKinds)).toMatchObject({
      open: false,
      instead: 'average-minute-audience',
      reason:
        '“Average-minute audience” is an average over the event, not a count of people at once. Compare by average-minute audience instead',
    });
    const spaces = gateFor('peak', reference('spaces-talk-2024'), new Set(['peak']));
    expect(spaces).toMatchObject({ open: false, instead: null });
  });

  it('never opens for a number of no stated kind', () => {
    expect(gateFor('unstated', reference('watermelon-2016'), ownKinds).open).toBe(false);
  });

  it('finds a kind that all have', () => {
    expect(sharedKind(['unique', 'peak'], [own, reference('watermelon-2016')])).toBe('peak');
    expect(sharedKind(['unique'], [own, reference('watermelon-2016')])).toBeNull();
  });
});

describe('the table', () => {
  it('has differences and ratios, largest first, and the ones left out with their reason', () => {
    const table = compareBy('peak', own, [
      reference('watermelon-2016'),
      reference('giraffe-2017'),
      reference('dolphins-chiefs-2024'),
    ]);
    expect(table.rows.map(({ stream, difference, ratio }) => [stream.id, difference, ratio])).toEqual([
      ['giraffe-2017', 1_199_400, 2_000],
      ['watermelon-2016', 806_400, 1_345],
    ]);
    expect(table.leftOut.map(({ stream }) => stream.id)).toEqual(['dolphins-chiefs-2024']);
  });

  it('compares nothing by a kind that the broadcast itself has not', () => {
    const mute = streamOfReport(aReport({ reach: null }), null);
    expect(compareBy('reach', mute, [reference('travis-scott-fortnite-2020')])).toMatchObject({ own: null, rows: [] });
  });

  it('holds every published figure against the launch without a mix of kinds', () => {
    for (const kind of ['peak', 'reach', 'average-minute-audience', 'views'] as const) {
      const table = compareBy(kind, own, REFERENCE_FIGURES.map(streamOfReference));
      expect(table.rows.every(({ figure }) => figure.kind === kind)).toBe(true);
    }
  });

  it('puts demand beside capacity, and counts only windows in which people were cut off', () => {
    const demand = { attemptsPerSecondMax: 900, joinsPerSecondMax: 410, ceilingPerSecond: 380, unmetMax: 70_000 };
    const crashWindows = [aWindow(), aWindow({ id: 'w2', type: 'telemetry_gap' })];
    expect(capacityOf(aReport({ demand, crashWindows }))).toMatchObject({ ceilingPerSecond: 380, crashWindows: 1 });
    expect(capacityOf(aReport()).ceilingPerSecond).toBeNull();
  });
});

describe('alignment', () => {
  const report = aReport({
    crashWindows: [aWindow()],
    segments: [
      {
        label: 'The speech',
        from: START + 5_000,
        to: START + 9_000,
        any: 1,
        half: 1,
        most: 1,
        averageMinuteAudience: 1,
      },
    ],
  });
  const place = { segment: 'The speech', zone: 'America/New_York' };

  it.each([
    ['start', START],
    ['peak', START + 60_000],
    ['segment', START + 5_000],
    ['onset', START + 972_000],
    ['clock', Date.UTC(2023, 4, 24, 4)],
  ] as const)('puts %s at zero', (alignment, at) => {
    expect(originOf(alignment, report, place).at).toBe(at);
  });

  it('says why a broadcast has no such instant', () => {
    const empty = aReport({
      startedAt: null,
      firstEventAt: null,
      peak: { connected: 0, at: null, minuteMean: 0, minuteMeanAt: null },
    });
    for (const alignment of ALIGNMENTS) expect(originOf(alignment, empty, place)).toMatchObject({ at: null });
  });

  const points = [10, 40, 20].map((connected, second) => pointOf(row(second, connected)));

  it('counts from the origin, in listeners or as a share of the own peak', () => {
    expect(aligned(points, 1_000, 'listeners', 40).map(({ offset, value }) => [offset, value])).toEqual([
      [-1_000, 10],
      [0, 40],
      [1_000, 20],
    ]);
    expect(aligned(points, 0, 'share', 40).map(({ value }) => value)).toEqual([0.25, 1, 0.5]);
    expect(aligned(points, 0, 'share', 0)).toEqual([]);
  });

  it('knows the change after the peak once it has passed', () => {
    expect(changeAfterPeak(points, 1_000, 1_000)).toBe(-0.5);
    expect(changeAfterPeak(points, 1_000, 2_000)).toBeNull();
  });
});

function row(second: number, connected: number): SecondRow {
  return {
    second,
    connected,
    hearing: null,
    connections: connected,
    suspect: null,
    joins: 0,
    leaves: 0,
    leavesByReason: { left: 0, error: 0, server: 0, kicked: 0, room_ended: 0, timeout: 0, replaced: 0, other: 0 },
    timeouts: null,
    errors: null,
    attempts: null,
    failures: null,
    comments: null,
    hosts: 0,
    speakers: 0,
    unmet: null,
    state: 'final',
    rev: 1,
  };
}
