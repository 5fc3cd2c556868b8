/** One broadcast's log as numbers: every second, every stay, the sheet. */
import type { ControlEvent } from '../event/event.ts';
import type { Known } from '../numbers/second.ts';
import type { Stay } from '../presence/stay.ts';
import { type ConnectionLife, lastEvidenceOf, liveConnection, type Presence } from './connection.ts';
import { roomEnds, standingControls } from './controls.ts';
import { countConnection, isStay } from './count-connection.ts';
import { countListener } from './count-listener.ts';
import { type Demand, demandOf } from './demand.ts';
import { compareText, distinctEvents } from './distinct-events.ts';
import { presentOf } from './listener.ts';
import type { BroadcastLog, OracleOptions } from './oracle.ts';
import { type OracleRow, Rows, secondOf } from './rows.ts';
import { type OracleReport, reportOf } from './sheet.ts';

export interface SecondAudience {
  /** epoch seconds */
  second: number;
  /** listeners */
  connected: number;
}

export interface OracleResult {
  broadcast: string;
  /** one for every second from the first event to the last event or ending; none where only remarks came */
  rows: OracleRow[];
  perRoom: Map<string, SecondAudience[]>;
  /** attribute -> value -> its seconds, for the attributes asked for */
  perAttribute: Map<string, Map<string, SecondAudience[]>>;
  demand: Demand[];
  /** of every role, by start, listener, connection, room */
  stays: Stay[];
  /** errors of listeners per second and code, by second, then code */
  errorsByCode: { second: number; code: string; count: number }[];
  /** control events as they stand, corrections applied, by ts, then id */
  controls: ControlEvent[];
  segments: OracleReport['segments'];
  notes: OracleReport['notes'];
  title: string | null;
  known: Known;
  report: OracleReport;
  ledger: { events: number; duplicates: number; late: number; rejected: Record<string, number> };
}

export function recount(log: BroadcastLog, options: OracleOptions, rejected: Record<string, number>): OracleResult {
  const controls = distinctEvents(log.controlEvents);
  const standing = standingControls(controls.events);
  const ends = roomEnds(controls.events);
  const lives = livesOf(log, options, ends);
  const roomEvents = controls.events.map(({ event }) => event).filter(isRoomEvent);

  const events = lives.flatMap((life) => [...life.steps.map(({ event }) => event), ...life.afterEnd]);
  const copies = [...lives.flatMap((life) => life.copies), ...controls.copies];
  const span = spanOf(
    lives,
    [...events, ...roomEvents].map(({ ts }) => ts),
  );
  const table = span === null ? null : new Rows(secondOf(span.firstEventAt), secondOf(span.last));
  const rows = table?.rows ?? [];
  const listeners = byListener(lives);
  const errorsByCode = new Map<string, { second: number; code: string; count: number }>();
  if (table !== null) {
    for (const life of lives) countConnection(table, life, errorsByCode);
    for (const connections of listeners.values()) countListener(table, connections);
    for (const { ts } of copies) table.count('duplicates', ts);
  }

  const known = knownOf(lives);
  const demand = demandOf(lives);
  const ledger = {
    events: events.length + controls.events.length,
    duplicates: copies.length,
    late: log.late,
    rejected,
  };
  const perRoom = new Map(
    roomsOf(lives, roomEvents).map((room) => [
      room,
      audienceOf(rows, listeners, (life) => (life.room === room ? life.presences : [])),
    ]),
  );
  const report = reportOf({
    broadcast: log.broadcast,
    rows,
    perRoom,
    lives,
    demand,
    listeners,
    standing,
    roomEnds: ends,
    span,
    known,
    errors: [...errorsByCode.values()],
    ledger,
    splitListeners: [...log.partitionsOf.values()].filter((partitions) => partitions.size > 1).length,
    sources: log.sources.size,
  });
  return {
    broadcast: log.broadcast,
    rows,
    perRoom,
    perAttribute: new Map(
      options.breakdowns.map((attribute) => [attribute, audienceByValue(rows, listeners, attribute)]),
    ),
    demand,
    stays: staysOf(lives),
    errorsByCode: [...errorsByCode.values()].sort((a, b) => a.second - b.second || compareText(a.code, b.code)),
    controls: standing.map(({ event }) => event),
    segments: report.segments,
    notes: report.notes,
    title: report.title,
    known,
    report,
    ledger,
  };
}

function livesOf(log: BroadcastLog, options: OracleOptions, ends: ReadonlyMap<string, number>): ConnectionLife[] {
  return [...log.listenerEvents.values()].flatMap((read) => {
    const first = read[0]?.event;
    if (first === undefined) return [];
    const { events, copies } = distinctEvents(read);
    const { room, listener, connection } = first;
    const life = liveConnection({ room, listener, connection }, events, {
      defaultHeartbeatMs: options.defaultHeartbeatMs,
      roomEnd: ends.get(room) ?? null,
    });
    return [{ ...life, copies: [...copies, ...life.copies] }];
  });
}

function isRoomEvent(event: ControlEvent): boolean {
  return event.type === 'room_start' || event.type === 'room_end';
}

export interface Span {
  firstEventAt: number;
  lastEventAt: number;
  /** of events and endings, epoch ms */
  last: number;
}

/** Null where nothing but remarks came. */
function spanOf(lives: readonly ConnectionLife[], instants: readonly number[]): Span | null {
  let firstEventAt = Number.POSITIVE_INFINITY;
  let lastEventAt = Number.NEGATIVE_INFINITY;
  for (const at of instants) {
    firstEventAt = Math.min(firstEventAt, at);
    lastEventAt = Math.max(lastEventAt, at);
  }
  let last = lastEventAt;
  for (const { presences } of lives) for (const { end } of presences) last = Math.max(last, end ?? last);
  return instants.length === 0 ? null : { firstEventAt, lastEventAt, last };
}

/** What the broadcast has evidence for. Events that did nothing, from a room's end on, are none. */
function knownOf(lives: readonly ConnectionLife[]): Known {
  const types = new Set(lives.flatMap((life) => life.steps.map(({ event }) => event.type)));
  return {
    hearing: types.has('playing'),
    errors: types.has('error'),
    attempts: types.has('attempt'),
    comments: types.has('comment'),
    silence: lives.some(({ presences }) => presences.some(({ heartbeatMs }) => heartbeatMs > 0)),
  };
}

function byListener(lives: readonly ConnectionLife[]): Map<string, ConnectionLife[]> {
  const listeners = new Map<string, ConnectionLife[]>();
  for (const life of lives) listeners.set(life.listener, [...(listeners.get(life.listener) ?? []), life]);
  return listeners;
}

/** Every room that a listener's or a room's own event names; remarks name none. By name. */
function roomsOf(lives: readonly ConnectionLife[], roomEvents: readonly ControlEvent[]): string[] {
  return [...new Set([...lives, ...roomEvents].map(({ room }) => room))].sort();
}

/** Distinct listeners in every second, of those presences in the lane of listeners that `part` picks. */
function audienceOf(
  rows: readonly OracleRow[],
  listeners: ReadonlyMap<string, readonly ConnectionLife[]>,
  part: (life: ConnectionLife) => readonly Presence[],
): SecondAudience[] {
  const first = rows[0]?.second ?? 0;
  const table = new Rows(first, first + rows.length - 1);
  for (const lives of listeners.values()) {
    const presences = lives.flatMap((life) => part(life).filter(({ role }) => role === 'listener'));
    for (const interval of presentOf(presences)) table.cover('connected', interval);
  }
  return table.rows.map(({ second, connected }) => ({ second, connected }));
}

function audienceByValue(
  rows: readonly OracleRow[],
  listeners: ReadonlyMap<string, readonly ConnectionLife[]>,
  attribute: string,
): Map<string, SecondAudience[]> {
  const valueIn = ({ attrs }: Presence) =>
    attrs !== null && Object.hasOwn(attrs, attribute) ? attrs[attribute] : undefined;
  const values = new Set<string>();
  for (const lives of listeners.values()) {
    for (const presence of lives.flatMap((life) => life.presences)) {
      const value = valueIn(presence);
      if (value !== undefined && presence.role === 'listener' && isStay(presence)) values.add(value);
    }
  }
  return new Map(
    [...values]
      .sort()
      .map((value) => [
        value,
        audienceOf(rows, listeners, (life) => life.presences.filter((presence) => valueIn(presence) === value)),
      ]),
  );
}

function staysOf(lives: readonly ConnectionLife[]): Stay[] {
  return lives
    .flatMap((life) =>
      life.presences.filter(isStay).map((presence) => ({
        listener: life.listener,
        connection: life.connection,
        room: life.room,
        start: presence.start,
        end: presence.end,
        reason: presence.reason,
        role: presence.role,
        hearing: presence.hearing.map(({ from, to }): [number, number | null] => [
          from,
          to === Number.POSITIVE_INFINITY ? null : to,
        ]),
        attrs: presence.attrs,
        source: presence.source,
        lastEvidence: lastEvidenceOf(presence),
        heartbeatMs: presence.heartbeatMs,
        joined: presence.joined,
      })),
    )
    .sort(
      (a, b) =>
        a.start - b.start ||
        compareText(a.listener, b.listener) ||
        compareText(a.connection, b.connection) ||
        compareText(a.room, b.room),
    );
}
