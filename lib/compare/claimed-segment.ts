/** The segment that a claim means. */
import type { Report } from '../numbers/report.ts';

export interface NamedSegments {
  /** in order of time; more than one where a label was used again */
  list: Report['segments'];
  /** why the list is empty: a sentence without its full stop */
  reason: string;
}

/** Without a label it is the only segment there is. Case and quotes around a label do not count. */
export function segmentsNamed(report: Pick<Report, 'segments'>, label: string | null): NamedSegments {
  const { segments } = report;
  if (segments.length === 0) return { list: [], reason: 'The broadcast has no named segment' };
  const choices = [...new Set(segments.map((segment) => `“${segment.label}”`))].join(', ');
  if (label === null) {
    const [only, second] = segments;
    if (only !== undefined && second === undefined) return { list: [only], reason: '' };
    return { list: [], reason: `The claim does not say which segment: the broadcast has ${choices}` };
  }
  const list = segments.filter((segment) => bare(segment.label) === bare(label));
  return { list, reason: `The broadcast has no segment “${label}”: it has ${choices}` };
}

function bare(label: string): string {
  return label
    .trim()
    .replace(/^["'“”‘’]+|["'“”‘’]+$/gu, '')
    .toLowerCase();
}
