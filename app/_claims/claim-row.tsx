/** A claim, its verdict, and the number it was held against. */
import type { Claim, Verdict } from '../../lib/compare/claim.ts';
import { certaintyText, spanText, VERDICT_WORDS, verdictSentence, windowText } from '../../lib/compare/claim-text.ts';
import { KIND_WORDS } from '../../lib/compare/kind.ts';
import { countText } from '../../lib/format/number.ts';
import { VerdictMark } from './verdict-mark.tsx';

interface Props {
  claim: Claim & Verdict;
  zone: string;
  /** to take it back, or to keep it */
  children?: React.ReactNode;
}

export function ClaimRow({ claim, zone, children }: Props) {
  const { measured } = claim;
  return (
    <>
      <p className="v">
        <VerdictMark verdict={claim.verdict} />
        {VERDICT_WORDS[claim.verdict]}
      </p>
      <div>
        <p className="q">“{claim.text}”</p>
        <p className="w">{verdictSentence(claim)}</p>
        {children}
      </div>
      <div>
        {measured === null ? (
          <p className="nb none">no number</p>
        ) : (
          <>
            <p className="nb">{countText(measured.value)}</p>
            <p className="nu">{measured.name}</p>
          </>
        )}
      </div>
      <dl className="m">
        <dt>Claimed</dt>
        <dd>
          {spanText(claim)}; {KIND_WORDS[claim.kind].name}
        </dd>
        <dt>Definition</dt>
        <dd>{measured === null ? 'No number here settles it' : measured.definition}</dd>
        {measured === null ? null : (
          <>
            <dt>Window</dt>
            <dd>{windowText(measured, zone)}</dd>
            <dt>Certainty</dt>
            <dd>{certaintyText(measured)}</dd>
          </>
        )}
      </dl>
    </>
  );
}
