/** A stream that is held against a broadcast: counted here as well, or known from what others published. */
import type { Report } from '../numbers/report.ts';
import type { ValueState } from '../numbers/second.ts';
import { figuresOf } from './figure.ts';
import type { Kind } from './kind.ts';
import type { ReferenceFigure } from './reference-figures.ts';

export interface StreamFigure {
  kind: Kind;
  value: number;
  /** `about`, `over`, `claimed over`; empty where the number is given plainly */
  qualifier: string;
  /** epoch ms; null where only a date is known */
  at: number | null;
  state: ValueState | 'reported';
  rev: number | null;
  /** who published it; null where it was counted here */
  source: string | null;
}

export interface OtherStream {
  id: string;
  name: string;
  /** `24 May 2023`, `2018`; null where unknown */
  date: string | null;
  countedOn: string;
  figures: StreamFigure[];
}

export function streamOfReport(report: Report, date: string | null): OtherStream {
  return {
    id: report.broadcast,
    name: report.title ?? report.broadcast,
    date,
    countedOn: 'own events',
    figures: figuresOf(report).flatMap((figure) =>
      figure.kind === null || figure.segment !== null
        ? []
        : [
            {
              kind: figure.kind,
              value: figure.value,
              qualifier: '',
              at: figure.from !== null && figure.from === figure.to ? figure.from : null,
              state: report.state,
              rev: report.rev,
              source: null,
            },
          ],
    ),
  };
}

export function streamOfReference(reference: ReferenceFigure): OtherStream {
  return {
    id: reference.id,
    name: reference.name,
    date: reference.date,
    countedOn: reference.platform,
    figures: reference.figures.map(({ kind, value, qualifier, source }) => ({
      kind,
      value,
      qualifier,
      at: null,
      state: 'reported',
      rev: null,
      source,
    })),
  };
}
