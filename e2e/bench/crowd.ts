/**
 * A crowd that never stands still, at the same rate for as long as is asked, and what has to be counted of it: kept by its
 * own bookkeeping while it is made, so that it needs no log to be counted again. Event time is an argument.
 */
import { createRandom, type Random } from '../../lib/simulate/random.ts';

export const HEARTBEAT_MS = 10_000;
/** Silence that ends a presence: three periods. Who falls silent is silent for longer. */
const SILENT_TURNS = 5;

/** Chances in a turn of a listener who is there. */
const LEAVES = 0.0005;
const IS_THROWN_OUT = 0.0002;
const FALLS_SILENT = 0.0003;
const STALLS = 0.005;
const WRITES = 0.02;
/** … and of one who is away. */
const COMES_BACK = 0.2;
/** A record is sent twice, and beside one there is one that no reader understands. */
const TWICE = 0.001;
const BROKEN = 0.0001;

const AWAY = 0;
const CAME = 1;
const HEARS = 2;
const STALLED = 3;
const SILENT = 4;

export interface Truth {
  /** distinct events */
  events: number;
  duplicates: number;
  joins: number;
  leaves: { left: number; error: number; timeout: number };
  comments: number;
  connections: number;
  unique: number;
}

export interface CrowdOptions {
  broadcast: string;
  /** of its listeners each says something every `HEARTBEAT_MS` */
  listeners: number;
  /** epoch ms */
  startAt: number;
  seed: number;
}

export class Crowd {
  readonly truth: Truth = {
    ...{ events: 0, duplicates: 0, joins: 0, comments: 0, connections: 0, unique: 0 },
    leaves: { left: 0, error: 0, timeout: 0 },
  };
  /** records that no reader understands */
  broken = 0;
  readonly #options: CrowdOptions;
  readonly #random: Random;
  readonly #state: Uint8Array;
  /** the number of each listener's connection; one that is lost without a word is taken up again */
  readonly #connection: Uint32Array;
  readonly #silentUntil: Uint32Array;
  /** change of `connected` from this second on, epoch s */
  readonly #changes = new Map<number, number>();
  #turns = 0;

  constructor(options: CrowdOptions) {
    this.#options = options;
    this.#random = createRandom(options.seed, 0);
    this.#state = new Uint8Array(options.listeners);
    this.#connection = new Uint32Array(options.listeners);
    this.#silentUntil = new Uint32Array(options.listeners);
  }

  /** The records of the turns up to `to`, epoch ms, in their order. */
  *until(to: number): Generator<string> {
    const { listeners, startAt } = this.#options;
    for (;;) {
      const at = startAt + Math.floor((this.#turns * HEARTBEAT_MS) / listeners);
      if (at >= to) return;
      const turn = this.#turns++;
      yield* this.#sent(this.#say(turn % listeners, Math.floor(turn / listeners), at));
    }
  }

  /** The last records: who is there leaves at `at`, epoch ms. */
  *end(at: number): Generator<string> {
    for (const [n, state] of this.#state.entries()) {
      if (state !== AWAY && state !== SILENT) yield* this.#sent(this.#leave(n, at, 'left'));
    }
  }

  /** Somebody who comes and goes long after all others: whatever was before is final when that has been read. */
  *latecomer(at: number): Generator<string> {
    const of = { broadcast: this.#options.broadcast, listener: 'latecomer', connection: 'c' };
    for (const type of ['join', 'leave']) yield JSON.stringify({ type, ts: at, ...of });
    this.truth.events += 2;
    // one that ends as it begins is no presence, and yet an opening and an ending
    this.truth.joins += 1;
    this.truth.leaves.left += 1;
  }

  /** `connected` at each second from the first change on, [epoch s, listeners]. */
  curve(): [number, number][] {
    const seconds = [...this.#changes.keys()];
    const [first, last] = [Math.min(...seconds), Math.max(...seconds)];
    let connected = 0;
    return Array.from({ length: last - first + 1 }, (_, i) => {
      connected += this.#changes.get(first + i) ?? 0;
      return [first + i, connected];
    });
  }

  /** What listener `n` says in a turn; null: nothing. */
  #say(n: number, round: number, at: number): string | null {
    const state = this.#state[n];
    if (state === SILENT) return round < (this.#silentUntil[n] ?? 0) ? null : this.#join(n, at);
    if (state === AWAY) {
      if (round > 0 && this.#random() >= COMES_BACK) return null;
      this.#connection[n] = (this.#connection[n] ?? 0) + 1;
      this.truth.connections += 1;
      if (this.#connection[n] === 1) this.truth.unique += 1;
      return this.#join(n, at);
    }
    if (state === CAME) return this.#now(n, HEARS, this.#line('playing', n, at, { startupMs: 200 + (n % 800) }));
    if (state === STALLED) return this.#now(n, HEARS, this.#line('resume', n, at));
    const chance = this.#random();
    if (chance < LEAVES) return this.#leave(n, at, 'left');
    if (chance < LEAVES + IS_THROWN_OUT) return this.#leave(n, at, 'error');
    if (chance < LEAVES + IS_THROWN_OUT + FALLS_SILENT) {
      this.#silentUntil[n] = round + SILENT_TURNS;
      this.#state[n] = SILENT;
      this.truth.leaves.timeout += 1;
      // the last word is said now, and silence is dated back to half a period after it
      this.#changeAt(at + HEARTBEAT_MS / 2, -1);
      return this.#line('heartbeat', n, at);
    }
    if (chance > 1 - STALLS) return this.#now(n, STALLED, this.#line('stall', n, at));
    if (chance > 1 - STALLS - WRITES) {
      this.truth.comments += 1;
      return this.#line('comment', n, at);
    }
    return this.#line('heartbeat', n, at);
  }

  #join(n: number, at: number): string {
    this.truth.joins += 1;
    this.#changeAt(at, 1);
    const attrs = {
      client: ['web', 'ios', 'android'][n % 3],
      region: ['us', 'eu', 'ap'][n % 3],
      edge: `edge-${n % 5}`,
    };
    return this.#now(n, CAME, this.#line('join', n, at, { heartbeatMs: HEARTBEAT_MS, attrs }));
  }

  #leave(n: number, at: number, reason: 'left' | 'error'): string {
    this.truth.leaves[reason] += 1;
    this.#changeAt(at, -1);
    return this.#now(n, AWAY, this.#line('leave', n, at, { reason }));
  }

  #now(n: number, state: number, line: string): string {
    this.#state[n] = state;
    return line;
  }

  /** Present at a second is who came at or before it and had not gone by then. */
  #changeAt(at: number, by: number): void {
    const second = Math.ceil(at / 1000);
    this.#changes.set(second, (this.#changes.get(second) ?? 0) + by);
  }

  #line(type: string, n: number, ts: number, more: object = {}): string {
    const { broadcast } = this.#options;
    const source = `gateway-${n % 4}`;
    return JSON.stringify({
      ...{ type, ts, broadcast, listener: `u${n}`, connection: `u${n}-${this.#connection[n]}` },
      ...{ id: `${this.truth.events}`, source, ...more },
    });
  }

  *#sent(line: string | null): Generator<string> {
    if (line === null) return;
    this.truth.events += 1;
    yield line;
    const chance = this.#random();
    if (chance < TWICE) {
      this.truth.duplicates += 1;
      yield line;
    }
    if (chance > 1 - BROKEN) {
      this.broken += 1;
      yield '{"type":"heartbeat"}';
    }
  }
}
