/**
 * What events say besides whose, when and under which id they are: one object for all that say the same, so that an
 * undecided event is a few numbers and reading it makes nothing.
 */
import type { LeaveReason, ListenerEvent, ListenerEventType, Role } from '../event/event.ts';
import { leaveReason } from '../event/id.ts';
import { attrsMember } from '../event/members.ts';
import { LISTENER_TYPES } from '../event/parse.ts';

export const JOIN = LISTENER_TYPES.indexOf('join');
export const LEAVE = LISTENER_TYPES.indexOf('leave');
export const HEARTBEAT = LISTENER_TYPES.indexOf('heartbeat');
export const COMMENT = LISTENER_TYPES.indexOf('comment');
export const ATTEMPT = LISTENER_TYPES.indexOf('attempt');
export const PLAYING = LISTENER_TYPES.indexOf('playing');
export const STALL = LISTENER_TYPES.indexOf('stall');
export const RESUME = LISTENER_TYPES.indexOf('resume');
export const ERROR = LISTENER_TYPES.indexOf('error');

export type Attrs = Readonly<Record<string, string>>;

/** What a stay takes from its connection's first join. Equal ones are one object. */
export interface Traits {
  readonly number: number;
  readonly role: Role;
  /** ms; 0 = sends none */
  readonly heartbeatMs: number;
  readonly attrs: Attrs | null;
  /** per room number the row sets that it counts in; made when asked for */
  readonly groups: (readonly number[] | undefined)[];
}

/** The event's own fields but broadcast, room, listener, connection, ts, id and startupMs; and what follows from them. */
export interface Detail {
  readonly number: number;
  /** place in LISTENER_TYPES */
  readonly type: number;
  readonly roomSent: boolean;
  readonly source: string | null;
  readonly role: Role | null;
  readonly heartbeatMs: number | null;
  readonly code: string;
  readonly fatal: boolean | null;
  readonly reason: string | null;
  readonly attrs: Attrs | null;
  /** equal for details that differ in the order of attributes alone */
  readonly same: number;
  /** a leave or a fatal error */
  readonly closes: boolean;
  readonly ending: LeaveReason;
  /** of a join: what it says; of an attempt: its attributes beside the defaults; else the defaults */
  readonly traits: Traits;
}

/** The fields that make a detail. */
export type Said = Pick<
  ListenerEvent,
  'type' | 'roomSent' | 'source' | 'role' | 'heartbeatMs' | 'code' | 'fatal' | 'reason' | 'attrs'
>;

export class Details {
  /** by number; 0 is nobody's */
  readonly list: (Detail | undefined)[] = [undefined];
  readonly traits: Traits[] = [];
  readonly defaults: Traits;
  /** told of every source met for the first time */
  readonly #onSource: (source: string) => void;
  readonly #defaultHeartbeatMs: number;
  readonly #numbers = new Map<string, number>();
  readonly #same = new Map<string, number>();
  readonly #traitNumbers = new Map<string, Traits>();
  readonly #bySource = new Map<string | null, OfSource>();
  #source: string | null = null;
  #ofSource: OfSource = ofSource();

  constructor(defaultHeartbeatMs: number, onSource: (source: string) => void) {
    this.#defaultHeartbeatMs = defaultHeartbeatMs;
    this.#onSource = onSource;
    this.#bySource.set(null, this.#ofSource);
    this.defaults = this.traitsOf('listener', defaultHeartbeatMs, null);
  }

  get(number: number): Detail {
    const detail = this.list[number];
    if (detail === undefined)
      throw new RangeError(`Detail ${number} was expected to be one of ${this.list.length - 1}`);
    return detail;
  }

  traitsAt(number: number): Traits {
    return this.traits[number] ?? this.defaults;
  }

  /** Number of the detail with these fields; `type`: the place of theirs in LISTENER_TYPES. */
  number(type: number, said: Said): number {
    if (said.source !== this.#source) this.#setSource(said.source);
    const of = this.#ofSource;
    if (type === JOIN) return this.#described(of.joins, said);
    if (type === ATTEMPT) return this.#described(of.attempts, said);
    if (type === LEAVE) return this.#known(said.roomSent ? of.leaves : of.leavesWithoutRoom, said.reason ?? '', said);
    if (type === ERROR) {
      return this.#known(said.fatal === null ? of.errors : said.fatal ? of.fatal : of.notFatal, said.code, said);
    }
    const place = said.roomSent ? 2 * type + 1 : 2 * type;
    const known = of.plain[place] ?? 0;
    if (known > 0) return known;
    const made = this.#slow(said);
    of.plain[place] = made;
    return made;
  }

  #setSource(source: string | null): void {
    this.#source = source;
    let known = this.#bySource.get(source);
    if (known === undefined) {
      known = ofSource();
      this.#bySource.set(source, known);
      if (source !== null) this.#onSource(source);
    }
    this.#ofSource = known;
  }

  #known(by: Map<string, number>, text: string, said: Said): number {
    const known = by.get(text);
    if (known !== undefined) {
      const detail = this.get(known);
      if (detail.roomSent === said.roomSent && detail.reason === said.reason) return known;
    }
    const made = this.#slow(said);
    by.set(text, made);
    return made;
  }

  #described(by: Map<Attrs, Detail[]>, said: Said): number {
    const attrs = said.attrs ?? NO_ATTRS;
    const list = by.get(attrs);
    if (list !== undefined) {
      for (const d of list) {
        if (d.heartbeatMs === said.heartbeatMs && d.role === said.role && d.roomSent === said.roomSent) return d.number;
      }
    }
    const made = this.#slow(said);
    // attributes are one object while they come again and again; where they do not, nothing is gained by keeping them
    if (by.size > MOST_ATTRS) by.clear();
    if (list !== undefined && list.length < 16) list.push(this.get(made));
    else by.set(attrs, [this.get(made)]);
    return made;
  }

  #slow(said: Said): number {
    const key = keyOf(said, said.attrs === null ? null : Object.keys(said.attrs));
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const sorted = keyOf(said, said.attrs === null ? null : Object.keys(said.attrs).sort());
    const number = this.list.length;
    const same = this.#same.get(sorted) ?? number;
    if (same === number) this.#same.set(sorted, number);
    this.#numbers.set(key, number);
    const period = said.type === 'join' ? said.heartbeatMs : null;
    this.list.push({
      number,
      type: LISTENER_TYPES.indexOf(said.type),
      roomSent: said.roomSent,
      source: said.source,
      role: said.role,
      heartbeatMs: said.heartbeatMs,
      code: said.code,
      fatal: said.fatal,
      reason: said.reason,
      attrs: said.attrs,
      same,
      closes: said.type === 'leave' || (said.type === 'error' && said.fatal === true),
      ending: said.type === 'leave' ? leaveReason(said.reason) : 'error',
      traits: this.traitsOf(said.role ?? 'listener', period ?? this.#defaultHeartbeatMs, said.attrs),
    });
    return number;
  }

  traitsOf(role: Role, heartbeatMs: number, attrs: Attrs | null): Traits {
    const key = `${role}${heartbeatMs}${attrsMember(attrs, Object.keys(attrs ?? {}))}`;
    const known = this.#traitNumbers.get(key);
    if (known !== undefined) return known;
    const traits: Traits = { number: this.traits.length, role, heartbeatMs, attrs, groups: [] };
    this.traits.push(traits);
    this.#traitNumbers.set(key, traits);
    return traits;
  }
}

const NO_ATTRS: Attrs = Object.freeze({});
const MOST_ATTRS = 10_000;

/** Numbers of the details of one source, by what else they say. */
interface OfSource {
  /** by twice the type, and one more where the room was sent */
  plain: number[];
  leaves: Map<string, number>;
  leavesWithoutRoom: Map<string, number>;
  errors: Map<string, number>;
  fatal: Map<string, number>;
  notFatal: Map<string, number>;
  joins: Map<Attrs, Detail[]>;
  attempts: Map<Attrs, Detail[]>;
}

function ofSource(): OfSource {
  return {
    plain: new Array<number>(2 * LISTENER_TYPES.length).fill(0),
    leaves: new Map(),
    leavesWithoutRoom: new Map(),
    errors: new Map(),
    fatal: new Map(),
    notFatal: new Map(),
    joins: new Map(),
    attempts: new Map(),
  };
}

function keyOf(said: Said, keys: readonly string[] | null): string {
  const attrs = keys === null ? '' : attrsMember(said.attrs, keys);
  return JSON.stringify([
    said.type,
    said.roomSent,
    said.source,
    said.role,
    said.heartbeatMs,
    said.code,
    said.fatal,
    said.reason,
    attrs,
  ]);
}

export function typeName(type: number): ListenerEventType {
  return LISTENER_TYPES[type] ?? 'heartbeat';
}

export function typeNumber(type: ListenerEventType): number {
  return LISTENER_TYPES.indexOf(type);
}
