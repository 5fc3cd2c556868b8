/** A listener as the store keeps it between two runs of the program: JSON of its bases, undecided events and steps. */
import { baseOf, type ConnectionBase, HEAD, NEXT } from './connection-table.ts';
import type { ListenerBase } from './contribution.ts';
import type { Detail, Said, Traits } from './details.ts';
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
  /** ts of the first event, and of each of the others how long after the one before it came, ms */
  ts: number[];
  ids: (string | null)[];
  /** of each event its place in `said` */
  says: number[];
  /** place of an event and its start-up time, ms */
  startups: (readonly [number, number])[];
}

export interface SavedListener {
  /** epoch ms; null: none yet */
  cut: number | null;
  base: ListenerBase;
  applied: readonly number[];
  /** the other fields of events, each combination once */
  said: Said[];
  connections: SavedConnection[];
}

/** `fold` is used for reading. */
export function savedListener(
  roster: Roster,
  row: number,
  rest: Omit<SavedListener, 'said' | 'connections'>,
  fold: ConnectionFold,
): string {
  const connections: SavedConnection[] = [];
  const said: Said[] = [];
  const places = new Map<number, number>();
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
      ts: [],
      ids: [],
      says: [],
      startups: [],
    };
    let before = 0;
    for (let i = 0; i < events.length; i++) {
      const detail = events.detail[i];
      if (detail === undefined) continue;
      let place = places.get(detail.number);
      if (place === undefined) {
        place = said.push(saidBy(detail)) - 1;
        places.set(detail.number, place);
      }
      const ts = events.ts[i] ?? 0;
      saved.ts.push(ts - before);
      before = ts;
      saved.ids.push(roster.ids.text(events.id[i] ?? 0));
      saved.says.push(place);
      const startup = events.startup[i] ?? NO_STARTUP;
      if (startup !== NO_STARTUP) saved.startups.push([i, startup]);
    }
    connections.push(saved);
  }
  return JSON.stringify({ ...rest, said, connections } satisfies SavedListener);
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
    const startups = new Map(c.startups);
    let ts = 0;
    for (let i = 0; i < c.ts.length; i++) {
      ts += c.ts[i] ?? 0;
      const said = saved.said[c.says[i] ?? 0];
      if (said !== undefined) roster.restore(connection, ts, c.ids[i] ?? null, startups.get(i) ?? null, said);
    }
  }
  return row;
}

function saidBy(detail: Detail): Said {
  const { roomSent, source, role, heartbeatMs, code, fatal, reason, attrs } = detail;
  return { type: typeName(detail.type), roomSent, source, role, heartbeatMs, code, fatal, reason, attrs };
}

function saveTraits(traits: Traits): SavedTraits {
  return [traits.role, traits.heartbeatMs, traits.attrs];
}
