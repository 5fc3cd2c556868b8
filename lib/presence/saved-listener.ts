/** A listener as the store keeps it between two runs of the program: JSON of its bases, undecided events and steps. */
import { baseOf, type ConnectionBase, HEAD, NEXT } from './connection-table.ts';
import type { ListenerBase } from './contribution.ts';
import type { Said, Traits } from './details.ts';
import { typeName } from './details.ts';
import type { ConnectionFold } from './fold.ts';
import { CONNECTION } from './listener-table.ts';
import type { Roster } from './roster.ts';
import { NO_STARTUP } from './undecided.ts';

type SavedTraits = readonly [Traits['role'], number, Traits['attrs']];

interface SavedConnection {
  room: string;
  connection: string;
  base: {
    open:
      | (Omit<NonNullable<ConnectionBase['open']>, 'traits'> & {
          traits: SavedTraits;
        })
      | null;
    previous: { traits: SavedTraits; end: number } | null;
    timedOut: boolean;
    attempt: { at: number; traits: SavedTraits } | null;
    leftAt: number | null;
    opened: boolean;
    present: boolean;
    recent: ConnectionBase['recent'];
  };
  /** ts, id, start-up time and the other fields */
  events: (readonly [number, string | null, number | null, Said])[];
}

export interface SavedListener {
  /** epoch ms; null: none yet */
  cut: number | null;
  base: ListenerBase;
  applied: readonly number[];
  connections: SavedConnection[];
}

/** `fold` is used for reading. */
export function savedListener(
  roster: Roster,
  row: number,
  rest: Omit<SavedListener, 'connections'>,
  fold: ConnectionFold,
): string {
  const connections: SavedConnection[] = [];
  for (let c = roster.listeners.get(row, CONNECTION); c !== 0; c = roster.connections.get(c, NEXT)) {
    roster.load(c, fold);
    const { events } = fold;
    const base = baseOf(fold);
    const saved: SavedConnection = {
      room: roster.roomName(c),
      connection: roster.connectionId(c),
      base: {
        ...base,
        open: base.open && { ...base.open, traits: saveTraits(base.open.traits) },
        previous: base.previous && { ...base.previous, traits: saveTraits(base.previous.traits) },
        attempt: base.attempt && { ...base.attempt, traits: saveTraits(base.attempt.traits) },
      },
      events: [],
    };
    for (let i = 0; i < events.length; i++) {
      const detail = events.detail[i];
      if (detail === undefined) continue;
      const startup = events.startup[i] ?? NO_STARTUP;
      saved.events.push([
        events.ts[i] ?? 0,
        roster.ids.text(events.id[i] ?? 0),
        startup === NO_STARTUP ? null : startup,
        {
          type: typeName(detail.type),
          roomSent: detail.roomSent,
          source: detail.source,
          role: detail.role,
          heartbeatMs: detail.heartbeatMs,
          code: detail.code,
          fatal: detail.fatal,
          reason: detail.reason,
          attrs: detail.attrs,
        },
      ]);
    }
    connections.push(saved);
  }
  return JSON.stringify({ ...rest, connections } satisfies SavedListener);
}

/** Puts a saved listener back; its row. */
export function restoreListener(roster: Roster, id: string, saved: SavedListener): number {
  const row = roster.listenerOf(id);
  const traits = (t: SavedTraits): Traits => roster.details.traitsOf(t[0], t[1], t[2]);
  // the newest stands first
  for (const c of [...saved.connections].reverse()) {
    const connection = roster.connectionOf(id, c.room, c.connection);
    const { base } = c;
    roster.connections.put(
      connection,
      {
        ...base,
        open: base.open && { ...base.open, traits: traits(base.open.traits) },
        previous: base.previous && { ...base.previous, traits: traits(base.previous.traits) },
        attempt: base.attempt && { ...base.attempt, traits: traits(base.attempt.traits) },
      },
      0,
    );
    roster.connections.set(connection, HEAD, 0);
    for (const [ts, eventId, startup, said] of c.events) roster.restore(connection, ts, eventId, startup, said);
  }
  return row;
}

function saveTraits(traits: Traits): SavedTraits {
  return [traits.role, traits.heartbeatMs, traits.attrs];
}
