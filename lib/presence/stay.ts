/** One presence interval of one connection, and what is remembered of it for uniques, segments and forensics. */
import type { LeaveReason, Role } from '../event/event.ts';

export interface Stay {
  listener: string;
  /** '' where none was sent */
  connection: string;
  room: string;
  /** epoch ms; presence is [start, end) */
  start: number;
  /** null while open */
  end: number | null;
  reason: LeaveReason | null;
  role: Role;
  /** hearing intervals [from, to) inside the stay, epoch ms, in order; `to` null while it lasts */
  hearing: readonly (readonly [number, number | null])[];
  attrs: Readonly<Record<string, string>> | null;
  /** the `source` of its last evidence of presence */
  source: string | null;
  /** last evidence of presence, epoch ms */
  lastEvidence: number;
  /** heartbeat period, ms; 0 = none */
  heartbeatMs: number;
  /** whether a `join` opened it */
  joined: boolean;
}

/** An attempt as it ended (SEMANTICS 4), for blocked listeners and demand. */
export type AttemptOutcome = 'heard' | 'failed' | 'exited' | 'unresolved';
