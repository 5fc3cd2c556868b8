/**
 * The slow, obvious count of everything that SEMANTICS 2 to 5 define, as the judge of the fast one: keeps every event,
 * decides at the end with the log read to its end, and shares no line with what it judges.
 */
import type { ControlEvent, ListenerEvent, Parsed, RejectReason } from '../event/event.ts';
import { isControl, ROOM_TYPES } from '../event/event.ts';
import { idOf } from '../event/id.ts';
import type { Identified } from './distinct-events.ts';
import { type OracleResult, recount } from './recount.ts';

/** an event this far behind the newest of its broadcast in its partition is late: 5 s of watermark and 120 s, ms */
const LATE_AFTER = 125_000;

export interface OracleOptions {
  /** heartbeat period where a `join` says none, ms; 0 = none */
  defaultHeartbeatMs: number;
  /** attributes whose values get a count of their own */
  breakdowns: readonly string[];
  /** late events count too, as in a replay that takes them up; else they are left out */
  takesLate?: boolean;
}

/** All that was read of one broadcast, nothing decided but lateness. */
export interface BroadcastLog {
  broadcast: string;
  /** by connection: room, listener and connection as one text */
  listenerEvents: Map<string, Identified<ListenerEvent>[]>;
  controlEvents: Identified<ControlEvent>[];
  late: number;
  sources: Set<string>;
  partitionsOf: Map<string, Set<number>>;
  /** newest event time per partition, epoch ms; remarks move it not */
  newest: Map<number, number>;
}

export class Oracle {
  private readonly options: OracleOptions;
  private readonly logs = new Map<string, BroadcastLog>();
  private readonly rejected = new Map<RejectReason, number>();

  constructor(options: OracleOptions) {
    this.options = options;
  }

  /** One record as read, in the order of its partition's log; files have one partition, 0. */
  add(parsed: Parsed, partition: number): void {
    if (parsed.kind === 'blank') return;
    if (parsed.kind === 'rejected') {
      this.rejected.set(parsed.reason, (this.rejected.get(parsed.reason) ?? 0) + 1);
      return;
    }
    const { event } = parsed;
    const log = this.logOf(event.broadcast);
    if (!isControl(event) || isRoomEvent(event)) {
      const newest = log.newest.get(partition) ?? Number.NEGATIVE_INFINITY;
      if (event.ts <= newest - LATE_AFTER && this.options.takesLate !== true) {
        log.late++;
        return;
      }
      log.newest.set(partition, Math.max(newest, event.ts));
    }
    if (event.source !== null) log.sources.add(event.source);
    if (isControl(event)) {
      log.controlEvents.push({ event, id: idOf(event) });
      return;
    }
    entryOf(log.partitionsOf, event.listener, () => new Set()).add(partition);
    const connection = JSON.stringify([event.room, event.listener, event.connection]);
    entryOf(log.listenerEvents, connection, () => []).push({ event, id: idOf(event) });
  }

  /** Ids of the broadcasts met so far, in the order of their first event. */
  broadcasts(): string[] {
    return [...this.logs.keys()];
  }

  /** The log as read so far taken as complete; null where it has nothing of this broadcast. */
  finish(broadcast: string): OracleResult | null {
    const log = this.logs.get(broadcast);
    return log === undefined ? null : recount(log, this.options, Object.fromEntries([...this.rejected].sort()));
  }

  private logOf(broadcast: string): BroadcastLog {
    return entryOf(this.logs, broadcast, () => ({
      broadcast,
      listenerEvents: new Map(),
      controlEvents: [],
      late: 0,
      sources: new Set(),
      partitionsOf: new Map(),
      newest: new Map(),
    }));
  }
}

function isRoomEvent(event: ControlEvent): boolean {
  return ROOM_TYPES.some((type) => type === event.type);
}

function entryOf<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
