/** How a stream is drawn: the broadcast itself in ink, others by hue and dash, a published figure as a level. */

export interface Look {
  stroke: string;
  dash: string | undefined;
  width: number;
}

const DASHES = [undefined, '7 3', '2 3', '4 2'] as const;

export function lookOf(look: number): Look {
  if (look === 0) return { stroke: 'var(--ink)', dash: undefined, width: 2.5 };
  return { stroke: `var(--c-ref-${look})`, dash: DASHES[look - 1], width: 1.5 };
}

export function LookSwatch({ look, measured }: { look: number | null; measured: boolean }) {
  if (!measured) {
    return (
      <svg width="18" height="10" viewBox="0 0 18 10" aria-hidden="true">
        <path d="M0 5h10" stroke="var(--ink-3)" strokeDasharray="1 3" strokeLinecap="round" />
        <circle cx="14" cy="5" r="3" fill="none" stroke="var(--ink-2)" strokeWidth="1.5" />
      </svg>
    );
  }
  const line = look === null ? null : lookOf(look);
  return (
    <svg width="18" height="10" viewBox="0 0 18 10" aria-hidden="true">
      {line === null ? null : (
        <path d="M0 5h18" stroke={line.stroke} strokeWidth={look === 0 ? 2.5 : 2} strokeDasharray={line.dash} />
      )}
    </svg>
  );
}
