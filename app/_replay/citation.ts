/** A number as a line that can be cited: what it is, of when, how sure, and where it stands. */
import { windowText } from '../../lib/compare/claim-text.ts';
import type { Figure } from '../../lib/compare/figure.ts';
import { countText } from '../../lib/format/number.ts';
import type { Report } from '../../lib/numbers/report.ts';

export function stateText({ state, rev }: Pick<Report, 'state' | 'rev'>): string {
  return state === 'final' ? `final, r${rev}` : state;
}

/** Without the link, which only the browser knows. */
export function citation(
  figure: Figure,
  report: Pick<Report, 'broadcast' | 'title' | 'state' | 'rev'>,
  zone: string,
): string {
  const sure = report.state === 'final' ? `final, revision ${report.rev}` : `${report.state}, may still change`;
  return (
    `${report.title ?? report.broadcast}: ${countText(figure.value)}, ${figure.name} ` +
    `(${figure.definition}; ${windowText(figure, zone)}; ${sure}; counted by Headcount).`
  );
}

/** A place on the page to link to. */
export function anchorOf(figure: Pick<Figure, 'id'>): string {
  return `fact-${figure.id.replaceAll(/[^\w-]+/g, '-')}`;
}
