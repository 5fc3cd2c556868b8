import type { VerdictName } from '../../lib/compare/claim.ts';

/** A verdict is not an alarm: ink, and a shape for each. */
export function VerdictMark({ verdict }: { verdict: VerdictName }) {
  return (
    <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
      {verdict === 'supported' ? (
        <>
          <circle cx="8" cy="8" r="7.5" fill="var(--ink)" />
          <path d="M4.5 8.2l2.4 2.5 4.6-5.2" fill="none" stroke="var(--bg)" strokeWidth="1.75" />
        </>
      ) : verdict === 'contradicted' ? (
        <>
          <rect x="1" y="1" width="14" height="14" fill="none" stroke="var(--ink)" strokeWidth="1.75" />
          <path d="M5 5l6 6M11 5l-6 6" stroke="var(--ink)" strokeWidth="1.75" />
        </>
      ) : (
        <>
          <circle cx="8" cy="8" r="6.8" fill="none" stroke="var(--ink-2)" strokeWidth="1.5" strokeDasharray="3 2" />
          <path d="M5 8h6" stroke="var(--ink-2)" strokeWidth="1.5" />
        </>
      )}
    </svg>
  );
}
