import type { LiveView } from '../../lib/series/live-view.ts';
import { isTelemetryGap } from '../../lib/series/span.ts';
import { ConnectedSwatch, HearingSwatch } from '../_ui/marks.tsx';

/** What each mark of the chart stands for; only marks that this broadcast can have. */
export function Legend({ view }: { view: LiveView }) {
  return (
    <>
      <span>
        <ConnectedSwatch />
        Connected
      </span>
      {view.known.hearing ? (
        <>
          <span>
            <HearingSwatch />
            Hearing
          </span>
          <span className="wide">
            <svg width="14" height="10" aria-hidden="true">
              <rect width="14" height="10" fill="var(--c-suspect)" opacity=".5" />
            </svg>
            In the room, no sound
          </span>
        </>
      ) : (
        <span className="muted">hearing not measured</span>
      )}
      {view.known.silence ? (
        <span className="wide">
          <svg width="14" height="10" aria-hidden="true">
            <rect className="m-susp" width="14" height="10" />
            <path className="m-suspline" d="M0 9.5h14" />
          </svg>
          Suspect
        </span>
      ) : null}
      {view.complete ? null : (
        <span className="wide">
          <svg width="18" height="10" aria-hidden="true">
            <path className="m-conn prov" d="M0 5h18" />
          </svg>
          Provisional
        </span>
      )}
      {view.windows.some(isTelemetryGap) ? (
        <span className="wide">
          <svg width="14" height="10" aria-hidden="true">
            <path d="M1 10 5 0M6 10 10 0M11 10 14 2" stroke="var(--c-hatch)" strokeWidth="1.5" />
          </svg>
          Telemetry gap
        </span>
      ) : null}
      <span className="wide">
        <svg width="14" height="10" aria-hidden="true">
          <rect width="14" height="10" fill="var(--crash-wash-2)" />
          <path className="m-crashline" d="M.75 0v10" />
        </svg>
        Crash window
      </span>
    </>
  );
}
