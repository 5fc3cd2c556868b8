/** What really happened: who was dropped when, who came back, and who is missing that would have been there. */
import type { Listener } from './listener.ts';
import type { Settings } from './options.ts';
import type { Confounder, Plan } from './plan.ts';

export interface Truth {
  scenario: string;
  broadcast: string;
  seed: number;
  /** as asked for: connected at the peak */
  listeners: number;
  startMs: number;
  endMs: number;
  /** the hosts are done */
  showEndMs: number;
  confounders: Confounder[];
  /** distinct listeners blocked in at least one window */
  blocked: number;
  windows: TruthWindow[];
}

export interface TruthWindow {
  kind: string;
  onsetAt: number;
  serviceEndAt: number;
  /** distinct listeners whose last open connection the fault took, or broke by chance and the fault kept from coming back */
  dropped: number;
  /** distinct listeners whose attempt failed in the window, those it dropped among them */
  blocked: number;
  /** share of the dropped that is back, and not dropped again, within 300 s of the first drop; null: none were dropped */
  returned300: number | null;
  /**
   * Of those the fault took or kept out, how many are away and would be there without it, at each second from the onset
   * on: from the drop to the return, or to when they would have left by themselves where that is sooner.
   */
  lostPerSecond: number[];
  /** whether the platform says why connections ended */
  labelled: boolean;
  cause: { attribute: string; value: string } | null;
}

const BACK_WITHIN_MS = 300_000;

export interface Ledger {
  /** the last connection of a listener was taken by the fault of this window */
  lost(listener: Listener, at: number, window: number): void;
  /** a listener whose last connection broke by chance is refused: without a fault they would be back by now */
  keptOut(listener: Listener, at: number): void;
  /** a listener who was lost is there again */
  returned(listener: Listener, at: number): void;
  /** an attempt failed */
  blocked(listener: Listener, at: number): void;
  truth(): Truth;
}

export function createLedger(plan: Plan, settings: Settings): Ledger {
  const tallies = plan.windows.map((window) => ({
    window,
    dropped: 0,
    blocked: 0,
    backInTime: 0,
    /** change of the number missing, at each second from the onset */
    change: new Int32Array(Math.floor((plan.endMs - window.onsetAt) / 1000) + 2),
  }));
  let blockedEver = 0;

  function missing(window: number, from: number, to: number, by: 1 | -1): void {
    const tally = tallies[window];
    if (tally === undefined || to <= from) return;
    const { change } = tally;
    const second = (at: number) =>
      Math.min(Math.max(Math.ceil((at - tally.window.onsetAt) / 1000), 0), change.length - 1);
    change[second(from)] = (change[second(from)] ?? 0) + by;
    change[second(to)] = (change[second(to)] ?? 0) - by;
  }

  function lost(listener: Listener, at: number, window: number): void {
    const tally = tallies[window];
    if (tally === undefined) return;
    const bit = 1 << window;
    if ((listener.droppedIn & bit) === 0) {
      listener.droppedIn |= bit;
      listener.firstDropAt = at;
      listener.backInTime = false;
      tally.dropped++;
    } else if (listener.backInTime) {
      listener.backInTime = false;
      tally.backInTime--;
    }
    listener.lostIn = window;
    listener.lostAt = at;
    missing(window, at, listener.endsAt, 1);
  }

  return {
    lost,
    keptOut(listener, at) {
      if (listener.lostIn >= 0) return;
      const window = plan.windows.findIndex(({ onsetAt, serviceEndAt }) => at >= onsetAt && at <= serviceEndAt);
      if (window >= 0) lost(listener, at, window);
    },
    returned(listener, at) {
      const window = listener.lostIn;
      const tally = tallies[window];
      listener.lostIn = -1;
      if (tally === undefined) return;
      missing(window, at, listener.endsAt, -1);
      if (at - listener.firstDropAt <= BACK_WITHIN_MS) {
        listener.backInTime = true;
        tally.backInTime++;
      }
    },
    blocked(listener, at) {
      for (const [index, tally] of tallies.entries()) {
        const bit = 1 << index;
        const { onsetAt, serviceEndAt } = tally.window;
        if (at < onsetAt || at > serviceEndAt || (listener.blockedIn & bit) !== 0) continue;
        if (listener.blockedIn === 0) blockedEver++;
        listener.blockedIn |= bit;
        tally.blocked++;
      }
    },
    truth() {
      return {
        scenario: settings.scenario,
        broadcast: settings.broadcast,
        seed: settings.seed,
        listeners: settings.listeners,
        startMs: plan.startMs,
        endMs: plan.endMs,
        showEndMs: plan.showEndMs,
        confounders: plan.confounders.map((confounder) => ({ ...confounder })),
        blocked: blockedEver,
        windows: tallies.map(({ window, dropped, blocked, backInTime, change }) => ({
          kind: window.kind,
          onsetAt: window.onsetAt,
          serviceEndAt: window.serviceEndAt,
          dropped,
          blocked,
          returned300: dropped > 0 ? backInTime / dropped : null,
          lostPerSecond: dropped > 0 ? runningSum(change.subarray(0, -1)) : [],
          labelled: settings.labelled,
          cause: window.cause === null ? null : { ...window.cause },
        })),
      };
    },
  };
}

function runningSum(changes: Int32Array): number[] {
  let sum = 0;
  return Array.from(changes, (change) => {
    sum += change;
    return sum;
  });
}
