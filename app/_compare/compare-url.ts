/** What the link to a comparison remembers. Parse and print are inverses. */
import { ALIGNMENTS, type Alignment, SCALES, type Scale } from '../../lib/compare/align.ts';
import { KINDS, type Kind } from '../../lib/compare/kind.ts';

export const LAYOUTS = ['overlay', 'small'] as const;
export type Layout = (typeof LAYOUTS)[number];

export interface CompareChoice {
  /** broadcasts; the first is what the others are measured against */
  ids: string[];
  kind: Kind;
  align: Alignment;
  /** label of the segment to align at; null: the first */
  segment: string | null;
  scale: Scale;
  layout: Layout;
  /** ids drawn beside the first; null: as many as fit its size */
  shown: string[] | null;
}

export function parseCompare(all: (name: string) => string[]): CompareChoice {
  const one = <Choice extends string>(name: string, choices: readonly Choice[], usual: Choice): Choice =>
    choices.find((choice) => choice === all(name)[0]) ?? usual;
  const shown = all('show');
  return {
    ids: [...new Set(all('b').filter((id) => id !== ''))],
    kind: one('kind', KINDS, 'peak'),
    align: one('align', ALIGNMENTS, 'start'),
    segment: all('segment')[0] || null,
    scale: one('scale', SCALES, 'listeners'),
    layout: one('layout', LAYOUTS, 'overlay'),
    shown: shown.length === 0 ? null : [...new Set(shown.filter((id) => id !== ''))],
  };
}

export function printCompare(choice: CompareChoice): URLSearchParams {
  const query = new URLSearchParams();
  for (const id of choice.ids) query.append('b', id);
  if (choice.kind !== 'peak') query.set('kind', choice.kind);
  if (choice.align !== 'start') query.set('align', choice.align);
  if (choice.segment !== null) query.set('segment', choice.segment);
  if (choice.scale !== 'listeners') query.set('scale', choice.scale);
  if (choice.layout !== 'overlay') query.set('layout', choice.layout);
  if (choice.shown !== null) for (const id of choice.shown.length === 0 ? [''] : choice.shown) query.append('show', id);
  return query;
}
