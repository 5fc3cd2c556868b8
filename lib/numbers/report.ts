/** The fact sheet's fields (`report --format json`); times in epoch ms, ratios 0..1, null = not measured. */
import type { Decision, WindowPart } from './action.ts';
import type { ValueState } from './second.ts';

export type WindowType =
  | 'crash'
  | 'partial_outage'
  | 'host_drop'
  | 'handover'
  | 'planned_end'
  | 'telemetry_gap'
  | 'audio_dropout';
export type WindowState = 'provisional' | 'final' | 'withdrawn';

export interface Cause {
  attribute: string;
  value: string;
  dropped: number;
  present: number;
  riskRatio: number;
  lower: number;
  upper: number;
  likely: boolean;
}

export interface CrashWindow {
  id: string;
  type: WindowType;
  platformWide: boolean;
  source: 'events' | 'curve';
  onsetAt: number;
  detectedAt: number;
  serviceEndAt: number | null;
  closedAt: number | null;
  recoveredAt: number | null;
  connectedBefore: number;
  connectedLowest: number;
  depth: number | null;
  dropped: number | null;
  blocked: number | null;
  lostListenerMinutes: { during: number | null; total: number | null };
  returnRate: Record<'30' | '120' | '300' | '600' | 'end', number | null>;
  medianReturnSeconds: number | null;
  causes: Cause[];
  carryOver: { room: string; share: number; deadAirSeconds: number } | null;
  state: WindowState;
  rev: number;
  /** what people decided of it, by time; absent: nothing */
  decisions?: Decision[];
  /** the windows that were seen apart and joined by somebody, in order */
  joins?: WindowPart[];
}

export interface Report {
  broadcast: string;
  title: string | null;
  schema: 1;
  asOfAt: number;
  state: ValueState;
  rev: number;
  firstEventAt: number | null;
  lastEventAt: number | null;
  startedAt: number | null;
  endedAt: number | null;
  runtimeSeconds: number | null;
  rooms: { room: string; firstJoinAt: number | null; endedAt: number | null; peakConnected: number; unique: number }[];
  peak: { connected: number; at: number | null; minuteMean: number; minuteMeanAt: number | null };
  peakHearing: { hearing: number; at: number | null; minuteMean: number; minuteMeanAt: number | null } | null;
  listenerMinutes: { connected: number; hearing: number | null };
  averageMinuteAudience: { connected: number | null; hearing: number | null; excludingCrashWindows: number | null };
  /** null, like connections, joins and leaves, where only a viewer count is known */
  unique: number | null;
  reach: number | null;
  connections: number | null;
  joins: number | null;
  leaves: Record<string, number> | null;
  errors: Record<string, number> | null;
  attempts: { total: number; heard: number; failed: number; exited: number; unresolved: number } | null;
  comments: number | null;
  demand: {
    attemptsPerSecondMax: number;
    joinsPerSecondMax: number;
    ceilingPerSecond: number | null;
    unmetMax: number;
  } | null;
  timeToFirstAudio: { count: number; p50: number; p95: number; p99: number } | null;
  crashWindows: CrashWindow[];
  segments: {
    label: string;
    from: number;
    to: number;
    any: number;
    half: number;
    most: number;
    averageMinuteAudience: number | null;
  }[];
  notes: { at: number; label: string; author: string | null }[];
  hosts: { listener: string; role: 'host' | 'speaker'; intervals: [number, number | null][] }[];
  claims: unknown[];
  quality: {
    events: number;
    duplicates: number;
    late: number;
    rejected: Record<string, number>;
    orphanLeaves: number;
    joinsLost: number;
    timeouts: number | null;
    splitListeners: number;
    sources: number;
  };
}
