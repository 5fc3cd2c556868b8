/** What will happen in a broadcast, as data, before anyone arrives. Instants are epoch ms. */
import type { Place } from './options.ts';

export interface Plan {
  startMs: number;
  /** the last room ends; nothing happens after it */
  endMs: number;
  /** the hosts are done and people go */
  showEndMs: number;
  rooms: RoomPlan[];
  crew: CrewStay[];
  remarks: Remark[];
  /** expected new listeners, one value a second from the start */
  arrivals: Float64Array;
  /** leaving hazard of one listener, per second, one value a second from the start */
  hazard: Float64Array;
  /** share of listeners who only look in and leave within the first minute */
  bounceShare: number;
  /** share of listeners with a second device */
  secondDeviceShare: number;
  patience: Patience;
  strikes: Strike[];
  muffles: Muffle[];
  refusals: Refusal[];
  gaps: Gap[];
  windows: WindowPlan[];
  confounders: Confounder[];
}

export interface RoomPlan {
  room: string;
  opensAt: number;
  closesAt: number;
  /** connections it carries, linear between the points; empty: no limit */
  capacity: readonly (readonly [at: number, connections: number])[];
  /** median time from its opening to when someone who listened elsewhere learns of it; 0: told at once */
  foundAfterMs: number;
}

/** How people behave whose connection was lost or refused. */
export interface Patience {
  /** share whose client tries again by itself after a drop */
  automatic: number;
  /** longest pause between two tries, ms */
  longestPauseMs: number;
  /** chance to give up after each failed try */
  givesUp: number;
  /** share of those who gave up, or whose client does not try, who look in again later */
  looksAgain: number;
  /** median time until they do, ms */
  looksAgainAfterMs: number;
}

export interface CrewStay {
  listener: string;
  role: 'host' | 'speaker';
  room: number;
  from: number;
  to: number;
  reason: 'left' | 'server' | 'error' | 'replaced';
}

export interface Remark {
  type: 'title' | 'note' | 'segment_start' | 'segment_end';
  at: number;
  label: string;
  author: string | null;
}

/** How a connection goes: by a leave with this reason, by a fatal error, or without a word (`silence`). */
export type Blow = 'server' | 'error' | 'replaced' | 'left' | 'fatal' | 'silence';

/** Takes connections down at once, or within `spreadMs`. */
export interface Strike {
  at: number;
  spreadMs: number;
  /** of those present in the room and place */
  share: number;
  room: number;
  where: Place | null;
  how: readonly (readonly [Blow, number])[];
  /** index of the window in which the losses count; null: a move, no loss */
  window: number | null;
  /** those hit go to this room within these ms, as told; null: they try again as people do */
  goTo: { room: number; fromMs: number; toMs: number; newEdge: boolean } | null;
}

/** Takes the sound away while people stay. */
export interface Muffle {
  at: number;
  spreadMs: number;
  until: number;
  share: number;
  room: number;
  where: Place | null;
  code: 'audio_dropout' | 'audio_garbled';
  /** mean time until someone without sound leaves, ms; null: people wait */
  impatienceMs: number | null;
}

/** Attempts fail for a while. */
export interface Refusal {
  from: number;
  to: number;
  room: number;
  share: number;
  where: Place | null;
  code: 'capacity' | 'server' | 'timeout';
}

/** Events with `from` <= ts < `to` of these gateways are lost, or come after it. */
export interface Gap {
  from: number;
  to: number;
  sources: readonly string[];
  backfill: boolean;
}

export interface WindowPlan {
  kind: string;
  onsetAt: number;
  serviceEndAt: number;
  cause: Place | null;
}

/** What looks like a crash and is none. */
export interface Confounder {
  kind: 'talkend' | 'exodus' | 'push' | 'gap' | 'handover' | 'end';
  at: number;
}
