import { describe, expect, it } from 'vitest';
import type { PipelineHealth } from '../../lib/store/store.ts';
import type { OverviewRow } from '../_data/overview.ts';
import { boardState } from './board-state.ts';
import { diagnosis } from './diagnosis.ts';
import { pipelineFacts } from './pipeline-facts.ts';
import { rowFacts } from './row-facts.ts';
import { sortingOf } from './table-model.ts';

const NOW = 1_700_000_000_000;

function row(over: Partial<OverviewRow> = {}): OverviewRow {
  return {
    broadcast: 'b',
    title: null,
    demo: false,
    kind: 'events',
    known: { hearing: true, errors: true, attempts: true, comments: false, silence: true },
    firstAt: NOW - 600_000,
    lastAt: NOW - 1000,
    liveSecond: NOW / 1000 - 1,
    watermark: NOW - 5000,
    storedAt: NOW - 300,
    complete: false,
    catchingUp: false,
    state: 'live',
    rev: 1,
    connected: 90,
    hearing: 80,
    peak: 120,
    peakSecond: NOW / 1000 - 60,
    peakHearing: 100,
    averageMinuteAudience: null,
    change5m: -10,
    windows: 0,
    open: null,
    last: null,
    spark: [],
    ...over,
  };
}

const OPEN = {
  onsetAt: NOW - 60_000,
  endAt: null,
  closedAt: null,
  recoveredAt: null,
  connectedBefore: 200,
  dropped: 110,
  cause: { attribute: 'edge', value: 'ams-3', riskRatio: 7.1 },
};

describe('a row', () => {
  it('that crashes comes before one without data, before one that runs, before one that ended', () => {
    const order = [
      row({ open: OPEN, last: OPEN }),
      row({ storedAt: NOW - 60_000, watermark: NOW - 60_000 }),
      row(),
      row({ complete: true, watermark: null }),
    ].map((each) => rowFacts(each, NOW).trouble);
    expect([...order].sort((a, b) => a - b)).toEqual(order);
    expect(new Set(order).size).toBe(4);
  });

  it('changes against what was there five minutes before', () => expect(rowFacts(row(), NOW).change).toBe(-0.1));

  it('has no change where it did not run that long', () =>
    expect(rowFacts(row({ change5m: null }), NOW).change).toBeNull());

  it('has the age of its data, none where it ended', () => {
    expect(rowFacts(row(), NOW).ageMs).toBe(1000);
    expect(rowFacts(row({ complete: true, watermark: null }), NOW).ageMs).toBeNull();
  });

  it('says its trouble in one line', () => {
    expect(diagnosis(OPEN, 90)).toBe('\u221255.0\u202f% since onset; 110 dropped; likely cause edge=ams-3 7.1×');
    expect(diagnosis({ ...OPEN, dropped: null, cause: null, connectedBefore: 0 }, 90)).toBe('');
  });
});

describe('the order of a group', () => {
  it('is trouble, then connected, unless a column of it is chosen', () => {
    expect(sortingOf('trouble', true, 'running')).toEqual([
      { id: 'state', desc: true },
      { id: 'connected', desc: true },
    ]);
    expect(sortingOf('peak', false, 'running')).toEqual([{ id: 'peak', desc: false }]);
    expect(sortingOf('connected', true, 'ended')).toEqual([{ id: 'ended', desc: true }]);
    expect(sortingOf('peak', false, 'ended')).toEqual([{ id: 'peak', desc: false }]);
  });
});

describe('the pipeline', () => {
  const source: PipelineHealth = {
    source: 'kafka:t',
    partitions: [
      { partition: 0, lagRecords: 3, watermarkAt: NOW - 5000, offset: 1 },
      { partition: 7, lagRecords: 1140, watermarkAt: NOW - 9000, offset: 1 },
    ],
    rejected: { json: 5, clock: 9 },
    duplicates: 2,
    records: 1_000,
    late: 1,
    checkpointAt: NOW - 200,
    trouble: null,
  };

  it('names its worst partition, its slowest watermark and what did not fit', () => {
    expect(pipelineFacts([source], NOW)).toMatchObject({
      state: 'keeping_up',
      worst: { partition: 7, lag: 1140 },
      watermarkAt: NOW - 9000,
      checkpointAgeMs: 200,
      rejected: 14,
      reasons: 'clock 9, json 5',
    });
  });

  it.each([
    ['nobody reads', [], 'none'],
    ['trouble is said', [{ ...source, trouble: 'the broker does not answer' }], 'trouble'],
    ['nothing was written for a while', [{ ...source, checkpointAt: NOW - 60_000 }], 'silent'],
    [
      'no event came yet',
      [{ ...source, partitions: [{ partition: 0, lagRecords: 0, watermarkAt: null, offset: 0 }] }],
      'listening',
    ],
  ])('%s', (_, sources, state) => expect(pipelineFacts(sources, NOW).state).toBe(state));
});

describe('files as sources', () => {
  const file = (name: string): PipelineHealth => ({
    source: `file:/data/${name}`,
    partitions: [],
    rejected: {},
    duplicates: 0,
    late: 0,
    records: 0,
    checkpointAt: NOW - 60_000,
    trouble: null,
  });

  it('are read once, and named without their folder', () => {
    expect(pipelineFacts([file('a.ndjson')], NOW)).toMatchObject({ words: 'Files read', sources: ['file:a.ndjson'] });
  });

  it('are a number from three on', () => {
    expect(pipelineFacts(['a', 'b', 'c'].map(file), NOW).sources).toEqual(['3 sources']);
  });
});

describe('the overview of itself', () => {
  const line = { silentMs: 0, tries: 0 };
  const overview = (running: OverviewRow[], ended = 0) => ({
    now: NOW,
    running,
    counts: { all: running.length + ended, running: running.length, ended, crashed: 0 },
  });

  it('is as new as the newest of its running broadcasts', () => {
    const old = row({ storedAt: NOW - 60_000, watermark: NOW - 60_000 });
    expect(boardState(overview([old, row()]), line, NOW, 'UTC').words).toBe('Live, 1 s behind');
    expect(boardState(overview([old]), line, NOW, 'UTC').kind).toBe('stale');
  });

  it('waits, or has nothing running', () => {
    expect(boardState(overview([]), line, NOW, 'UTC').words).toBe('Waiting for events');
    expect(boardState(overview([], 1), line, NOW, 'UTC').words).toBe('Nothing running');
  });
});
