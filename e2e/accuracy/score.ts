/** How windows are held against what really happened: each truth is found once, everything else is false. */

export interface TruthWindow {
  kind: string;
  onsetAt: number;
  serviceEndAt: number;
  dropped: number;
  /** share back within 300 s */
  returned300: number | null;
  /** listeners missing, each second from the onset */
  lostPerSecond: readonly number[];
  labelled: boolean;
  cause: { attribute: string; value: string } | null;
}

/** What is scored of a window that claims a failure; null = not claimed. */
export interface ClaimedWindow {
  onsetAt: number;
  detectedAt: number;
  serviceEndAt: number | null;
  recoveredAt: number | null;
  lostMinutes: number | null;
  returned300: number | null;
  cause: { attribute: string; value: string } | null;
}

export interface TruthScore {
  kind: string;
  labelled: boolean;
  dropped: number;
  found: boolean;
  /** seconds; null where not found or not claimed */
  delay: number | null;
  onsetError: number | null;
  serviceEndError: number | null;
  /** relative */
  lostMinutesError: number | null;
  /** difference of shares */
  returnRateError: number | null;
  /** null where there was no cause to name, or the window was not found */
  causeNamed: boolean | null;
}

export interface StreamScore {
  hours: number;
  truths: TruthScore[];
  /** onsets of windows that belong to nothing that counts, epoch ms */
  falseAt: number[];
  /** how many of those belong to a fault too small to count: real all the same */
  small: number;
}

/** A loss of fewer is no event to find. */
export const LEAST_DROPPED = 25;
const BEFORE_ONSET_MS = 15_000;
const AFTER_SERVICE_END_MS = 60_000;

export function scoreStream(
  truths: readonly TruthWindow[],
  windows: readonly ClaimedWindow[],
  seconds: number,
): StreamScore {
  const found = new Map<TruthWindow, ClaimedWindow>();
  const counted = truths.filter((truth) => truth.dropped >= LEAST_DROPPED);
  const uncounted = truths.filter((truth) => truth.dropped > 0 && truth.dropped < LEAST_DROPPED);
  const falseAt: number[] = [];
  let small = 0;
  for (const window of [...windows].sort((a, b) => a.onsetAt - b.onsetAt)) {
    const truth = counted.find((t) => !found.has(t) && belongs(window, t));
    if (truth) found.set(truth, window);
    else {
      falseAt.push(window.onsetAt);
      if (uncounted.some((t) => belongs(window, t))) small++;
    }
  }
  const scored = counted.map((truth) => scoreTruth(truth, found.get(truth)));
  return { hours: seconds / 3600, truths: scored, falseAt, small };
}

function belongs(window: ClaimedWindow, truth: TruthWindow): boolean {
  return (
    window.onsetAt >= truth.onsetAt - BEFORE_ONSET_MS && window.onsetAt <= truth.serviceEndAt + AFTER_SERVICE_END_MS
  );
}

function scoreTruth(truth: TruthWindow, window: ClaimedWindow | undefined): TruthScore {
  const lost = window && window.lostMinutes !== null ? lostMinutesOf(truth, window.recoveredAt) : null;
  return {
    kind: truth.kind,
    labelled: truth.labelled,
    dropped: truth.dropped,
    found: window !== undefined,
    delay: window ? (window.detectedAt - truth.onsetAt) / 1000 : null,
    onsetError: window ? Math.abs(window.onsetAt - truth.onsetAt) / 1000 : null,
    serviceEndError:
      window && window.serviceEndAt !== null ? Math.abs(window.serviceEndAt - truth.serviceEndAt) / 1000 : null,
    lostMinutesError:
      window && window.lostMinutes !== null && lost !== null && lost > 0
        ? Math.abs(window.lostMinutes - lost) / lost
        : null,
    returnRateError:
      window && window.returned300 !== null && truth.returned300 !== null
        ? Math.abs(window.returned300 - truth.returned300)
        : null,
    causeNamed:
      window && truth.cause
        ? window.cause?.attribute === truth.cause.attribute && window.cause.value === truth.cause.value
        : null,
  };
}

/** Listener-minutes really lost up to the recovery that the window claims, else to the end. */
function lostMinutesOf(truth: TruthWindow, recoveredAt: number | null): number {
  const seconds = recoveredAt === null ? truth.lostPerSecond.length : Math.ceil((recoveredAt - truth.onsetAt) / 1000);
  let lost = 0;
  for (let i = 0; i < Math.min(seconds, truth.lostPerSecond.length); i++) lost += truth.lostPerSecond[i] ?? 0;
  return lost / 60;
}
