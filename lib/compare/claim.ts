/** A claim held against what was counted (SEMANTICS 9). Instants are epoch milliseconds. */
import type { Report } from '../numbers/report.ts';
import type { ValueState } from '../numbers/second.ts';
import { chosenFigure } from './claimed-figure.ts';
import { claimedNumber, inSpan, spanOfClaim } from './claimed-number.ts';
import type { Figure } from './figure.ts';
import { figuresOf } from './figure.ts';
import type { Kind } from './kind.ts';
import type { Levels } from './levels.ts';
import type { OtherStream } from './other-stream.ts';

export interface Claim {
  /** as it was said */
  text: string;
  /** the number as it was written: its digits count */
  value: string;
  kind: Kind;
  at: number | null;
  /** label of a segment */
  segment: string | null;
  /** the stream it speaks of where that is another one: a broadcast's or a reference's id */
  about: string | null;
}

export type VerdictName = 'supported' | 'contradicted' | 'not_answerable';

export interface MeasuredFigure extends Figure {
  /** `reported`: published by others, never counted here */
  state: ValueState | 'reported';
  rev: number | null;
  /** who published it, where it was */
  source: string | null;
}

export interface Verdict {
  verdict: VerdictName;
  claimed: { value: number; low: number; high: number; about: boolean };
  /** null where nothing of that kind was measured */
  measured: MeasuredFigure | null;
  /** measured over claimed; null without a measured number, or where 0 was claimed */
  ratio: number | null;
  /** why it cannot be answered; null where it can */
  reason: string | null;
  /** other numbers of the broadcast that lie in what was claimed, nearest first */
  alsoInSpan: Figure[];
}

export interface Measured {
  report: Report;
  levels: Levels;
  /** the stream that `claim.about` names, where it is known */
  other: OtherStream | null;
}

/** The claim's value is no number, or more than one. */
export class ClaimValueError extends Error {
  constructor(written: string) {
    super(
      `The value of a claim must be one number such as 161000, 161,000, 1.2M or about 300,000, and it came as "${written}": correct it`,
    );
    this.name = 'ClaimValueError';
  }
}

/** Throws `ClaimValueError`. */
export function checkClaim(claim: Claim, measured: Measured): Verdict {
  const number = claimedNumber(claim.value, claim.text);
  if (number === null) throw new ClaimValueError(claim.value);
  const span = spanOfClaim(number);
  const chosen = chosenFigure(claim, measured);
  const found = chosen.found;
  const claimed = { value: number.value, ...span, about: number.about };
  const alsoInSpan = candidates(claim, measured)
    .filter((figure) => figure.id !== found?.id && inSpan(figure.value, span))
    .sort((a, b) => Math.abs(a.value - number.value) - Math.abs(b.value - number.value));
  if (found === null) {
    return { verdict: 'not_answerable', claimed, measured: null, ratio: null, reason: chosen.reason, alsoInSpan };
  }
  return {
    verdict: inSpan(found.value, span) ? 'supported' : 'contradicted',
    claimed,
    measured: found,
    ratio: number.value === 0 ? null : found.value / number.value,
    reason: null,
    alsoInSpan,
  };
}

/** What may lie in the span besides: the fact sheet's numbers, and those of the claimed instant. */
function candidates(claim: Claim, { report, levels }: Measured): Figure[] {
  const figures = figuresOf(report);
  if (claim.at === null || claim.about !== null) return figures;
  const level = levels.at(claim.at);
  if (level === null) return figures;
  const there = { kind: null, unit: 'listeners', from: claim.at, to: claim.at, segment: null } as const;
  figures.push({
    ...there,
    id: 'at:connected',
    name: 'connected at that instant',
    value: level.connected,
    definition: 'Distinct listeners in the room at that second',
  });
  if (level.hearing !== null) {
    figures.push({
      ...there,
      id: 'at:hearing',
      name: 'hearing at that instant',
      value: level.hearing,
      definition: 'Distinct listeners with sound playing at that second',
    });
  }
  return figures;
}
