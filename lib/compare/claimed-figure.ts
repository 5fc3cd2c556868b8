/** Which measured number answers a claim, or why none does. */

import type { Claim, Measured, MeasuredFigure } from './claim.ts';
import { segmentsNamed } from './claimed-segment.ts';
import { type Figure, figuresOf } from './figure.ts';
import { gateFor } from './gate.ts';
import { KIND_WORDS, type Kind } from './kind.ts';
import type { OtherStream } from './other-stream.ts';

export type Chosen = { found: MeasuredFigure; reason: null } | { found: null; reason: string };

const NEVER_COUNTED: ReadonlySet<Kind> = new Set(['views', 'tuned-in', 'visits', 'households']);
/** Kinds that are counted at an instant; every other one needs a stretch of time. */
const OF_AN_INSTANT: ReadonlySet<Kind> = new Set(['connected', 'hearing', 'peak']);

/** A reason is a sentence without its full stop. */
export function chosenFigure(claim: Claim, measured: Measured): Chosen {
  const { kind } = claim;
  if (kind === 'unstated')
    return none('The claim does not say what it counts: people at once, or over the whole event');
  if (claim.about !== null) return ofOther(claim, measured.other);
  if (NEVER_COUNTED.has(kind)) {
    const { name, unlike } = KIND_WORDS[kind];
    return none(`“${capital(name)}” ${unlike}; this log counts listeners, and two kinds do not compare`);
  }
  if (OF_AN_INSTANT.has(kind)) return ofLevels(claim, measured);
  if (claim.at !== null) {
    return none(`${capital(KIND_WORDS[kind].name)} are counted over a stretch of time, and the claim names an instant`);
  }
  if (claim.segment !== null || kind.startsWith('segment-')) return ofSegment(claim, measured);
  return ofWhole(kind, measured);
}

function ofWhole(kind: Kind, { report }: Measured): Chosen {
  const figure = figuresOf(report).find((entry) => entry.kind === kind && entry.segment === null);
  return figure === undefined ? none(notMeasured(kind)) : whole(figure, report);
}

function ofLevels(claim: Claim, measured: Measured): Chosen {
  const { report, levels } = measured;
  if (claim.segment !== null) return withinSegment(claim, measured);
  if (claim.kind === 'peak' || claim.at === null) {
    return ofWhole(claim.kind === 'connected' ? 'peak' : claim.kind, measured);
  }
  const level = levels.at(claim.at);
  if (level === null) return none('The log does not cover that instant');
  const value = claim.kind === 'hearing' ? level.hearing : level.connected;
  if (value === null) return none(notMeasured('hearing'));
  return {
    found: {
      id: `at:${claim.kind}`,
      kind: claim.kind,
      name: `${claim.kind} at that instant`,
      value,
      unit: 'listeners',
      definition: KIND_WORDS[claim.kind].means,
      from: claim.at,
      to: claim.at,
      segment: null,
      state: level.state,
      rev: level.rev ?? report.rev,
      source: null,
    },
    reason: null,
  };
}

function withinSegment(claim: Claim, { report, levels }: Measured): Chosen {
  const named = segmentsNamed(report, claim.segment);
  const [segment] = named.list;
  if (segment === undefined) return none(named.reason);
  const peaks = levels.within(segment.from, segment.to);
  if (peaks === null) return none(`The log does not cover the segment “${segment.label}”`);
  const hearing = claim.kind === 'hearing';
  const value = hearing ? peaks.hearing : peaks.connected;
  const at = hearing ? peaks.hearingAt : peaks.connectedAt;
  if (value === null) return none(notMeasured('hearing'));
  return {
    found: {
      id: `within:${claim.kind}:${segment.label}`,
      kind: claim.kind,
      name: `peak of ${hearing ? 'hearing' : 'connected'} during “${segment.label}”`,
      value,
      unit: 'listeners',
      definition: `Most distinct listeners ${hearing ? 'with sound playing' : 'in the room'} at one second of the segment`,
      from: at,
      to: at,
      segment: segment.label,
      state: peaks.state,
      rev: peaks.rev ?? report.rev,
      source: null,
    },
    reason: null,
  };
}

/** What a whole-broadcast kind is called where only a segment of it is meant. */
const OF_SEGMENT: Readonly<Partial<Record<Kind, string>>> = {
  'segment-any': 'segment-any',
  'segment-half': 'segment-half',
  'segment-most': 'segment-most',
  unique: 'segment-any',
  'average-minute-audience': 'segment-ama',
};

function ofSegment(claim: Claim, { report }: Measured): Chosen {
  const id = OF_SEGMENT[claim.kind];
  if (id === undefined) {
    return none(`${capital(KIND_WORDS[claim.kind].name)} are counted for the whole broadcast, not for a segment`);
  }
  const named = segmentsNamed(report, claim.segment);
  const [segment] = named.list;
  if (segment === undefined) return none(named.reason);
  const figure = figuresOf(report).find((entry) => entry.id === `${id}:${segment.label}:${segment.from}`);
  return figure === undefined ? none(notMeasured(claim.kind)) : whole(figure, report);
}

function ofOther(claim: Claim, other: OtherStream | null): Chosen {
  if (other === null) {
    return none(`Nothing is known here of “${claim.about}”: import its curve, or replay its log`);
  }
  const gate = gateFor(claim.kind, other, new Set());
  if (!gate.open) return none(gate.reason);
  const { figure } = gate;
  return {
    found: {
      id: `other:${other.id}:${figure.kind}`,
      kind: figure.kind,
      name: `${KIND_WORDS[figure.kind].name} of ${other.name}`,
      value: figure.value,
      unit: figure.kind === 'listener-minutes' ? 'listener-minutes' : 'listeners',
      definition: KIND_WORDS[figure.kind].means,
      from: figure.at,
      to: figure.at,
      segment: null,
      state: figure.state,
      rev: figure.rev,
      source: figure.source,
    },
    reason: null,
  };
}

function whole(figure: Figure, { state, rev }: Measured['report']): Chosen {
  return { found: { ...figure, state, rev, source: null }, reason: null };
}

function none(reason: string): Chosen {
  return { found: null, reason };
}

function notMeasured(kind: Kind): string {
  const why = kind === 'hearing' || kind === 'reach' ? ': the broadcast sends no playing events' : ' of this broadcast';
  return `${capital(KIND_WORDS[kind].name)} was not measured${why}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
