import { describe, expect, it } from 'vitest';
import { isWithdrawn, type TypeEvidence, typeOf } from './type.ts';

const ONSET = 1_700_000_000_000;

function evidence(change: Partial<TypeEvidence> = {}): TypeEvidence {
  return {
    kind: 'loss',
    onsetAt: ONSET,
    within: null,
    dropped: 100,
    silent: 0,
    silentBySource: 0,
    silentBack: 0,
    replaced: 0,
    replacedBack: 0,
    lastHostGoneAt: null,
    hostBackAt: null,
    roomEndAt: null,
    otherRoomAt: null,
    topCause: null,
    ...change,
  };
}

const edge = { attribute: 'edge', value: 'fra-1', shareOfDropped: 0.9, lower: 8 };

describe('the type of a window', () => {
  it.each<[string, Partial<TypeEvidence>, ReturnType<typeof typeOf>]>([
    ['people dropped and nothing else known', {}, 'crash'],
    ['silence of people from everywhere', { silent: 90, silentBySource: 4 }, 'crash'],
    ['silence from a source that went silent', { silent: 90, silentBySource: 80 }, 'telemetry_gap'],
    ['silence that ended by itself', { silent: 90, silentBack: 45 }, 'telemetry_gap'],
    ['a silent source beside real drops', { silent: 30, silentBySource: 30 }, 'crash'],
    ['the room ended', { roomEndAt: ONSET + 4_000 }, 'planned_end'],
    ['the room ended and another opened', { roomEndAt: ONSET, otherRoomAt: ONSET + 60_000 }, 'crash'],
    ['the last host left for good', { lastHostGoneAt: ONSET - 1_000 }, 'planned_end'],
    ['the last host left just after the first of the crowd', { lastHostGoneAt: ONSET + 9_000 }, 'planned_end'],
    ['the host left long before, and for good', { lastHostGoneAt: ONSET - 600_000 }, 'planned_end'],
    ['the host was away for other reasons', { lastHostGoneAt: ONSET - 61_000, hostBackAt: ONSET + 1 }, 'crash'],
    ['the host went first and came back', { lastHostGoneAt: ONSET - 5_000, hostBackAt: ONSET + 90_000 }, 'host_drop'],
    ['host and crowd fell together', { lastHostGoneAt: ONSET + 500, hostBackAt: ONSET + 90_000 }, 'crash'],
    ['all were moved and are back', { replaced: 100, replacedBack: 97 }, 'handover'],
    ['the reason says moved but many were lost', { replaced: 100, replacedBack: 70 }, 'crash'],
    ['no reason says so but all are in the next room', { moved: 90 }, 'handover'],
    ['some found another room', { moved: 60 }, 'crash'],
    ['one edge site', { topCause: edge }, 'partial_outage'],
    ['one edge site, by chance perhaps', { topCause: { ...edge, lower: 2.9 } }, 'crash'],
    ['one edge site worst, others too', { topCause: { ...edge, shareOfDropped: 0.5 } }, 'crash'],
    ['raised by one value alone', { within: { attribute: 'edge', value: 'fra-1' } }, 'partial_outage'],
    ['a handover out of one edge site', { replaced: 100, replacedBack: 97, topCause: edge }, 'handover'],
    ['sound gone', { kind: 'audio', silent: 90, silentBySource: 90 }, 'audio_dropout'],
    ['a fall of a curve', { kind: 'curve', dropped: 0 }, 'crash'],
  ])('%s', (_, change, type) => {
    expect(typeOf(evidence(change))).toBe(type);
  });
});

describe('withdrawing', () => {
  it.each<[string, Partial<TypeEvidence>, boolean]>([
    ['half of the silent are back without a join', { silent: 90, silentBack: 45 }, true],
    ['fewer are', { silent: 90, silentBack: 44 }, false],
    ['silence was the smaller part', { silent: 50, silentBack: 50 }, false],
    ['nobody was silent', {}, false],
  ])('%s', (_, change, withdrawn) => {
    expect(isWithdrawn(evidence(change))).toBe(withdrawn);
  });
});
