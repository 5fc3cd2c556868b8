/** A verdict as sentences, with instants in a named zone. */
import { clockText, dayText, zoneShortText } from '../format/clock.ts';
import { countText, timesText } from '../format/number.ts';
import type { Claim, MeasuredFigure, Verdict, VerdictName } from './claim.ts';
import type { Figure } from './figure.ts';

export const VERDICT_WORDS: Readonly<Record<VerdictName, string>> = {
  supported: 'Supported',
  contradicted: 'Contradicted',
  not_answerable: 'Cannot be answered',
};

/** How many other numbers are named at most. */
const MOST_OTHERS = 5;

/** Lines for a terminal or a file; the last one does not end with a line feed. */
export function claimLines(claim: Claim, verdict: Verdict, zone: string): string[] {
  const { claimed, measured } = verdict;
  const lines = [
    `${VERDICT_WORDS[verdict.verdict]}: “${claim.text}”`,
    `  claimed     ${spanText(verdict)}${claimed.about ? ', a round figure' : ''}`,
  ];
  if (measured !== null) {
    lines.push(`  measured    ${countText(measured.value)}, ${measured.name}${ratioText(verdict)}`);
    lines.push(`  definition  ${measured.definition}`);
    lines.push(`  window      ${windowText(measured, zone)}`);
    lines.push(`  certainty   ${certaintyText(measured)}`);
  }
  if (verdict.reason !== null) lines.push(`  why         ${verdict.reason}`);
  for (const [index, figure] of verdict.alsoInSpan.slice(0, MOST_OTHERS).entries()) {
    lines.push(`  ${index === 0 ? 'in the span' : '           '} ${countText(figure.value)}, ${figure.name}`);
  }
  const more = verdict.alsoInSpan.length - MOST_OTHERS;
  if (more > 0) lines.push(`              and ${more} more`);
  return lines;
}

/** One sentence on what the verdict rests on: `Unique listeners: 868,214, 2.9× what was claimed. What lies in the span: …` */
export function verdictSentence(verdict: Verdict): string {
  const { measured } = verdict;
  const [nearest] = verdict.alsoInSpan;
  if (measured === null) {
    const also = nearest === undefined ? '' : ` In the span lies ${countText(nearest.value)}, ${nearest.name}.`;
    return `${verdict.reason ?? 'Nothing here could settle it'}.${also}`;
  }
  if (verdict.verdict === 'supported') return `${capital(measured.name)}: ${countText(measured.value)}.`;
  const base = `${capital(measured.name)}: ${countText(measured.value)}${ratioText(verdict)}.`;
  if (nearest === undefined) return `${base} No other number of the broadcast lies in the span.`;
  return `${base} What lies in the span: ${countText(nearest.value)}, ${nearest.name}.`;
}

export function spanText({ claimed }: Verdict): string {
  return `${countText(claimed.value)}, meaning ${countText(Math.ceil(claimed.low))} to ${countText(Math.floor(claimed.high))}`;
}

/** `24 May 2023, 18:04:09 EDT`, `24 May 2023, 17:48:00 to 19:12:30 EDT`, `not known` */
export function windowText(figure: Pick<Figure, 'from' | 'to'>, zone: string): string {
  const { from, to } = figure;
  if (from === null) return to === null ? 'not known' : `until ${momentText(to, zone)}`;
  if (from === to) return momentText(from, zone);
  if (to === null) return `from ${momentText(from, zone)} on`;
  const sameDay = dayText(from, zone) === dayText(to, zone);
  const end = sameDay ? `${clockText(to, zone)} ${zoneShortText(to, zone)}` : momentText(to, zone);
  const start = sameDay ? `${dayText(from, zone)}, ${clockText(from, zone)}` : momentText(from, zone);
  return `${start} to ${end}`;
}

export function certaintyText({ state, rev, source }: MeasuredFigure): string {
  if (state === 'reported') return `Reported${source === null ? '' : ` by ${source}`}, not counted here`;
  if (state === 'final') return `Final, revision ${rev ?? 1}`;
  const word = state.charAt(0).toUpperCase() + state.slice(1);
  return `${word}: may still change`;
}

function momentText(at: number, zone: string): string {
  return `${dayText(at, zone)}, ${clockText(at, zone)} ${zoneShortText(at, zone)}`;
}

function ratioText({ verdict, ratio }: Verdict): string {
  return verdict !== 'contradicted' || ratio === null ? '' : `, ${timesText(ratio)} what was claimed`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
