/** How new a broadcast's numbers are, on the server's clock; and what state the broadcast is in. */
import type { BroadcastStatus } from '../store/store.ts';

/** What freshness is judged by; `watermark` is null where the log is complete (JSON knows no infinity). */
export type Dated = Pick<
  BroadcastStatus,
  'liveSecond' | 'lastAt' | 'storedAt' | 'complete' | 'catchingUp' | 'state'
> & {
  watermark: number | null;
};

export type Freshness =
  | { kind: 'live'; behindMs: number }
  /** a recording goes through at this moment: its own time is long past */
  | { kind: 'replaying' }
  | { kind: 'catching_up' }
  /** nothing came for this long */
  | { kind: 'stale'; forMs: number }
  | { kind: 'ended'; final: boolean };

/** The instant that lengths of open things are counted to: now while live, else that of the figures. Epoch ms. */
export function instantOf(dated: Dated, now: number): number {
  return freshnessOf(dated, now).kind === 'live' ? now : dated.liveSecond * 1000;
}

export type BroadcastState = 'live' | 'crashing' | 'recovered' | 'ended' | 'no_data' | 'planned';

/** Nothing stored and no watermark moving for this long: the numbers are old. */
const STALE_AFTER_MS = 10_000;
/** An event time this far behind the wall clock, while records arrive, is a recording. */
const RECORDING_MS = 120_000;

export function freshnessOf(dated: Dated, now: number): Freshness {
  if (dated.complete || dated.state === 'final') return { kind: 'ended', final: true };
  const behindMs = Math.max(0, now - dated.liveSecond * 1000);
  const silentFor = Math.max(0, now - Math.max(dated.storedAt, dated.watermark ?? 0));
  if (silentFor > STALE_AFTER_MS) return { kind: 'stale', forMs: silentFor };
  if (dated.catchingUp) return { kind: 'catching_up' };
  if (behindMs > RECORDING_MS) return { kind: 'replaying' };
  return { kind: 'live', behindMs };
}

export interface WindowFacts {
  /** an alarm window is open */
  open: boolean;
  /** when the last alarm window closed, epoch ms */
  lastClosedAt: number | null;
}

/** Recovered is said for half an hour of event time after the last window closed. */
const RECOVERED_FOR_MS = 1_800_000;

export function broadcastState(dated: Dated, windows: WindowFacts, now: number): BroadcastState {
  const freshness = freshnessOf(dated, now);
  if (freshness.kind === 'ended') return 'ended';
  if (dated.liveSecond <= 0) return 'planned';
  if (freshness.kind === 'stale') return 'no_data';
  if (windows.open) return 'crashing';
  const since =
    windows.lastClosedAt === null ? Number.POSITIVE_INFINITY : dated.liveSecond * 1000 - windows.lastClosedAt;
  return since <= RECOVERED_FOR_MS ? 'recovered' : 'live';
}
