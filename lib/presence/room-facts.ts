/**
 * When what switches numbers on first came, room by room, and the newest event: as far as events came, and as far as they
 * are folded for good, since only then is it known which of them are second copies of others.
 */
import { ATTEMPT, COMMENT, ERROR, JOIN, PLAYING } from './details.ts';
import type { ConnectionFold } from './fold.ts';
import type { CounterSummary, Evidence, Settled } from './summary.ts';

export class RoomFacts {
  readonly #summary: CounterSummary;
  readonly #settled: Settled;
  /** names by number */
  readonly #rooms: readonly string[];
  readonly #evidence: (number[] | undefined)[] = [];
  readonly #settledEvidence: (number[] | undefined)[] = [];

  constructor(summary: CounterSummary, rooms: readonly string[]) {
    this.#summary = summary;
    this.#settled = settledOf(summary);
    this.#rooms = rooms;
  }

  /** An event came. */
  came(room: number, ts: number, type: number): void {
    const { rooms } = this.#summary;
    let evidence = this.#evidence[room];
    if (evidence === undefined) {
      evidence = this.#knownOf(room, rooms);
      this.#evidence[room] = evidence;
    }
    this.#isEvidence(evidence, rooms, room, ts, type);
  }

  #isEvidence(earliest: number[], rooms: Record<string, Evidence>, room: number, ts: number, type: number): void {
    if (ts >= (earliest[type] ?? 0)) return;
    earliest[type] = ts;
    const of = rooms[this.#rooms[room] ?? ''];
    if (of === undefined) return;
    if (type === JOIN) of.join = ts;
    else if (type === PLAYING) of.playing = ts;
    else if (type === ERROR) of.error = ts;
    else if (type === ATTEMPT) of.attempt = ts;
    else if (type === COMMENT) of.comment = ts;
  }

  /** Earliest events by type as the summary has them; only those that switch something on may move. */
  #knownOf(room: number, rooms: Record<string, Evidence>): number[] {
    const name = this.#rooms[room] ?? '';
    if (!Object.hasOwn(rooms, name)) rooms[name] = {};
    const of = rooms[name] ?? {};
    const earliest = new Array<number>(9).fill(Number.NEGATIVE_INFINITY);
    earliest[JOIN] = of.join ?? Number.POSITIVE_INFINITY;
    earliest[PLAYING] = of.playing ?? Number.POSITIVE_INFINITY;
    earliest[ERROR] = of.error ?? Number.POSITIVE_INFINITY;
    earliest[ATTEMPT] = of.attempt ?? Number.POSITIVE_INFINITY;
    earliest[COMMENT] = of.comment ?? Number.POSITIVE_INFINITY;
    return earliest;
  }

  /** Everything is folded for good: what turned out to be a second copy of an event is no evidence of anything. */
  knowForGood(): void {
    const settled = this.#settled;
    if (settled.lastAt === null) return;
    this.#summary.lastAt = settled.lastAt;
    for (const [name, evidence] of Object.entries(settled.rooms)) this.#summary.rooms[name] = { ...evidence };
    this.#evidence.length = 0;
  }

  /** Events of a fold up to `upTo` (epoch ms) that are no second copies have counted. */
  haveCounted({ events, room, duplicatePlaces }: ConnectionFold, upTo: number): void {
    const settled = this.#settled;
    let earliest = this.#settledEvidence[room];
    if (earliest === undefined) {
      earliest = this.#knownOf(room, settled.rooms);
      this.#settledEvidence[room] = earliest;
    }
    const copies = duplicatePlaces.length > 0 ? new Set(duplicatePlaces) : null;
    for (let i = 0; i < events.length; i++) {
      const ts = events.ts[i] ?? 0;
      if (ts > upTo) break;
      if (copies?.has(i)) continue;
      if (settled.lastAt === null || ts > settled.lastAt) settled.lastAt = ts;
      const type = events.detail[i]?.type;
      if (type !== undefined) this.#isEvidence(earliest, settled.rooms, room, ts, type);
    }
  }

  /** A heartbeat up to here has counted, epoch ms. */
  hasCounted(ts: number): void {
    this.#settled.lastAt = Math.max(this.#settled.lastAt ?? 0, ts);
  }
}

/** Of a summary that was saved, whatever its rooms are called; of one that has none, what came so far. */
function settledOf(summary: CounterSummary): Settled {
  const { lastAt, rooms } = summary.settled ?? summary;
  const settled: Settled = { lastAt, rooms: Object.create(null) };
  for (const [name, evidence] of Object.entries(rooms)) settled.rooms[name] = { ...evidence };
  summary.settled = settled;
  return settled;
}
