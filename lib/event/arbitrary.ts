/** Random events for property tests: few listeners, connections and rooms, a small window of time, copies among them. */
import fc from 'fast-check';
import type { BroadcastEvent, ControlEvent, ListenerEvent, ListenerEventType } from './event.ts';
import { CONTROL_TYPES, LISTENER_TYPES } from './parse.ts';

export interface EventOptions {
  broadcasts?: readonly string[];
  /** rooms that may be sent; beside them the room is left out now and then */
  rooms?: readonly string[];
  listeners?: readonly string[];
  /** '' = none sent */
  connections?: readonly string[];
  types?: readonly BroadcastEvent['type'][];
  /** epoch ms: from <= ts < from + windowMs */
  from?: number;
  windowMs?: number;
  heartbeatPeriodsMs?: readonly number[];
  /** how many different explicit ids there are; 0 = none is sent */
  ids?: number;
}

const START = Date.UTC(2026, 0, 1, 20);
const REASONS = ['left', 'error', 'server', 'kicked', 'room_ended', 'timeout', 'replaced', 'bored', ''];

/** One event as the door lets it through. Shrinks towards the first of every list and the earliest time. */
export function arbitraryEvent(options: EventOptions = {}): fc.Arbitrary<BroadcastEvent> {
  const types = options.types ?? [...LISTENER_TYPES, ...CONTROL_TYPES];
  const listenerTypes = LISTENER_TYPES.filter((type) => types.includes(type));
  const controlTypes = CONTROL_TYPES.filter((type) => types.includes(type));
  const choices: fc.WeightedArbitrary<BroadcastEvent>[] = [];
  // a listener says much more than an operator does
  if (listenerTypes.length > 0) choices.push({ weight: 8, arbitrary: listenerEvent(listenerTypes, options) });
  if (controlTypes.length > 0) choices.push({ weight: 1, arbitrary: controlEvent(controlTypes, options) });
  return fc.oneof(...choices);
}

export function arbitraryListenerEvent(options: EventOptions = {}): fc.Arbitrary<ListenerEvent> {
  const types = LISTENER_TYPES.filter((type) => options.types?.includes(type) ?? true);
  return listenerEvent(types, options);
}

export function arbitraryControlEvent(options: EventOptions = {}): fc.Arbitrary<ControlEvent> {
  const types = CONTROL_TYPES.filter((type) => options.types?.includes(type) ?? true);
  return controlEvent(types, options);
}

/** A log in no order, in which about one event in five stands twice. */
export function arbitraryLog(options: EventOptions & { maxLength?: number } = {}): fc.Arbitrary<BroadcastEvent[]> {
  const entry = fc.record({
    event: arbitraryEvent(options),
    copies: fc.oneof({ weight: 4, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.constant(2) }),
  });
  return fc
    .array(entry, { maxLength: options.maxLength ?? 40 })
    .map((entries) => entries.flatMap(({ event, copies }) => Array.from({ length: copies }, () => event)))
    .chain((events) => fc.shuffledSubarray(events, { minLength: events.length }));
}

function base(options: EventOptions) {
  const rooms = options.rooms ?? ['main', 'second'];
  const ids = options.ids ?? 6;
  return {
    ts: instant(options),
    broadcast: fc.constantFrom(...(options.broadcasts ?? ['demo'])),
    room: maybe(fc.constantFrom(...rooms), rooms.length > 0),
    id: maybe(
      fc.nat({ max: Math.max(0, ids - 1) }).map((n) => `e${n}`),
      ids > 0,
    ),
    source: maybe(fc.constantFrom('gw-1', 'gw-2')),
  };
}

function listenerEvent(types: readonly ListenerEventType[], options: EventOptions): fc.Arbitrary<ListenerEvent> {
  const attrs = fc.dictionary(fc.constantFrom('client', 'region', 'edge'), fc.constantFrom('web', 'ios', 'eu', ''), {
    noNullPrototype: false,
    maxKeys: 3,
  });
  return fc
    .record({
      ...base(options),
      type: fc.constantFrom(...types),
      listener: fc.constantFrom(...(options.listeners ?? ['ann', 'bob', 'cy'])),
      connection: fc.constantFrom(...(options.connections ?? ['', 'c1', 'c2'])),
      role: maybe(fc.constantFrom('listener', 'listener', 'speaker', 'host')),
      heartbeatMs: maybe(fc.constantFrom(...(options.heartbeatPeriodsMs ?? [10_000, 0, 5_001]))),
      startupMs: maybe(fc.oneof(fc.nat({ max: 90_000 }), fc.double({ min: 0, max: 9_000, noNaN: true }))),
      code: fc.constantFrom('network', 'capacity', 'odd', ''),
      fatal: maybe(fc.boolean()),
      reason: maybe(fc.constantFrom(...REASONS)),
      attrs: maybe(attrs),
    })
    .map((e) => ({
      type: e.type,
      ts: e.ts,
      broadcast: e.broadcast,
      room: e.room ?? e.broadcast,
      roomSent: e.room !== null,
      id: e.id,
      source: e.source,
      listener: e.listener,
      connection: e.connection,
      role: e.type === 'join' ? e.role : null,
      heartbeatMs: e.type === 'join' ? e.heartbeatMs : null,
      startupMs: e.type === 'playing' && e.startupMs !== null ? e.startupMs + 0 : null,
      code: e.type === 'error' ? e.code : '',
      fatal: e.type === 'error' ? e.fatal : null,
      reason: e.type === 'leave' ? e.reason : null,
      attrs: e.type === 'join' || e.type === 'attempt' ? e.attrs : null,
    }));
}

function controlEvent(types: readonly ControlEvent['type'][], options: EventOptions): fc.Arbitrary<ControlEvent> {
  return fc
    .record({
      ...base(options),
      type: fc.constantFrom(...types),
      label: fc.constantFrom('the speech', 'questions', ''),
      author: maybe(fc.constantFrom('ops', '')),
      // of the ids that are there, so that some do replace
      replaces: fc.oneof(
        { weight: 3, arbitrary: fc.constant(null) },
        { weight: 1, arbitrary: fc.nat({ max: Math.max(0, (options.ids ?? 6) - 1) }).map((n) => `e${n}`) },
      ),
      startsAt: maybe(instant(options)),
    })
    .chain((e) => {
      const mayLackLabel = e.type === 'segment_end';
      const isRoom = e.type === 'room_start' || e.type === 'room_end';
      const label = mayLackLabel ? maybe(fc.constant(e.label)) : fc.constant(isRoom ? null : e.label);
      return label.map((l) => ({
        type: e.type,
        ts: e.ts,
        broadcast: e.broadcast,
        room: e.room ?? e.broadcast,
        roomSent: e.room !== null,
        id: e.id,
        source: e.source,
        label: l,
        author: e.author,
        replaces: e.replaces,
        startsAt: e.type === 'title' ? e.startsAt : null,
      }));
    });
}

/** Half of the instants are whole seconds, so that many meet. */
function instant(options: EventOptions): fc.Arbitrary<number> {
  const from = options.from ?? START;
  const length = options.windowMs ?? 120_000;
  return fc.oneof(
    fc.nat({ max: Math.max(0, length - 1) }).map((ms) => from + ms),
    fc.nat({ max: Math.floor(Math.max(0, length - 1) / 1000) }).map((s) => from + s * 1000),
  );
}

function maybe<T>(arbitrary: fc.Arbitrary<T>, possible = true): fc.Arbitrary<T | null> {
  return possible ? fc.oneof(fc.constant(null), arbitrary) : fc.constant(null);
}
