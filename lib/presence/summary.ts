/** What a broadcast's partition knows of itself besides rows and listeners. */

/** One row set: the whole broadcast, a room of it, or an attribute's value. */
export interface GroupName {
  room: string;
  attribute: string;
  value: string;
}

/** Earliest `ts` of each, epoch ms; absent: none came. */
export interface Evidence {
  join?: number;
  playing?: number;
  error?: number;
  attempt?: number;
  comment?: number;
}

/** What a broadcast's partition knows of itself besides rows and listeners; saved as JSON. */
export interface CounterSummary {
  /** accepted listener events, exact copies included */
  records: number;
  /** exact copies, dropped when they are met */
  copies: number;
  firstAt: number | null;
  lastAt: number | null;
  longestTimeout: number;
  /** per room the earliest event of each kind that switches numbers on, epoch ms */
  rooms: Record<string, Evidence>;
  /** the same, and `lastAt`, of those alone that have been folded for good and are no second copy */
  settled?: Settled;
  /** heartbeats came on a connection without a period */
  periodMissing: boolean;
  sources: string[];
  roomEnds: Record<string, number>;
  groups: GroupName[];
  /** W as of the last advance; null before, or where complete */
  asOf: number | null;
}

export interface Settled {
  lastAt: number | null;
  rooms: Record<string, Evidence>;
}

export function emptySummary(): CounterSummary {
  return {
    records: 0,
    copies: 0,
    firstAt: null,
    lastAt: null,
    longestTimeout: 0,
    rooms: Object.create(null),
    periodMissing: false,
    sources: [],
    roomEnds: Object.create(null),
    groups: [],
    asOf: null,
  };
}
