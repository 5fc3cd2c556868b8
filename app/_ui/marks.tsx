/** The small shapes that say a state or a series without colour. */
import type { BroadcastState } from '../../lib/series/freshness.ts';

export function StateShape({ state }: { state: BroadcastState }) {
  switch (state) {
    case 'crashing':
      return (
        <svg width="10" height="9" viewBox="0 0 10 9" aria-hidden="true">
          <path d="M0 .5h10L5 9z" fill="currentColor" />
        </svg>
      );
    case 'recovered':
      return (
        <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true">
          <path d="M.5 5 3.5 8.5 9 1.5" fill="none" stroke="currentColor" strokeWidth="1.75" />
        </svg>
      );
    case 'ended':
      return (
        <svg width="9" height="9" viewBox="0 0 9 9" aria-hidden="true">
          <rect x=".75" y=".75" width="7.5" height="7.5" fill="none" stroke="currentColor" strokeWidth="1.5" />
        </svg>
      );
    case 'no_data':
      return <ClockShape />;
    case 'planned':
      return <Ring />;
    case 'live':
      return <Dot />;
  }
}

export function Dot() {
  return (
    <svg width="9" height="9" viewBox="0 0 9 9" aria-hidden="true">
      <circle cx="4.5" cy="4.5" r="4" fill="currentColor" />
    </svg>
  );
}

export function Ring({ dashed }: { dashed?: boolean }) {
  return (
    <svg width="9" height="9" viewBox="0 0 9 9" aria-hidden="true">
      <circle
        cx="4.5"
        cy="4.5"
        r="3.6"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeDasharray={dashed ? '2.4 1.5' : undefined}
      />
    </svg>
  );
}

export function ClockShape() {
  return (
    <svg width="11" height="11" viewBox="0 0 11 11" aria-hidden="true">
      <circle cx="5.5" cy="5.5" r="4.6" fill="none" stroke="currentColor" strokeWidth="1.4" />
      <path d="M5.5 2.8v2.9l2 1.2" fill="none" stroke="currentColor" strokeWidth="1.4" />
    </svg>
  );
}

export function TickShape() {
  return (
    <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true">
      <path d="M.5 3.5 3.5 8 9 1.5" fill="none" stroke="currentColor" strokeWidth="1.75" />
    </svg>
  );
}

export function Glass() {
  return (
    <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
      <circle cx="5" cy="5" r="3.8" fill="none" stroke="currentColor" strokeWidth="1.4" />
      <path d="m8 8 3.4 3.4" stroke="currentColor" strokeWidth="1.4" />
    </svg>
  );
}

export function ConnectedSwatch() {
  return (
    <svg width="16" height="10" viewBox="0 0 16 10" aria-hidden="true">
      <path className="m-conn" d="M0 5h16" />
    </svg>
  );
}

export function HearingSwatch() {
  return (
    <svg width="16" height="10" viewBox="0 0 16 10" aria-hidden="true">
      <rect className="m-hearfill" y="4" width="16" height="6" />
      <path className="m-hear" d="M0 4h16" />
    </svg>
  );
}
