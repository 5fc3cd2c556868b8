/** Faults by hand, each of which a test has to notice: what is replaced by what, and the test that does. */

export interface Mutant {
  name: string;
  file: string;
  from: string;
  to: string;
  /** file and name of the test that kills it */
  test: [file: string, name: string];
}

const PARTS = 'ingest/agreement.test.ts';
const TIMES = 'ingest/agreement-times.test.ts';
const LAWS = 'ingest/laws.test.ts';
const MINUTE = 'within a minute, in which everything meets';
const EDGES = 'on one connection, edge after edge';
const ROOMS = 'on two connections of one listener in two rooms';

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'listeners counted up and down by connection, not as a union',
    file: 'lib/presence/contribution.ts',
    from: 'if (s.start <= to) {',
    to: 'if (s.start < Number.NEGATIVE_INFINITY) {',
    test: [TIMES, ROOMS],
  },
  {
    name: 'no dedupe by id',
    file: 'lib/presence/roster.ts',
    from: 'fold.mayRepeat = fold.recent !== null || this.#repeats(events);',
    to: 'fold.mayRepeat = false;',
    test: [TIMES, EDGES],
  },
  {
    name: 'exact copies counted',
    file: 'lib/presence/roster.ts',
    from: 'const copies = events.inOrder ? 0 : this.#dropCopies(row, events);',
    to: 'const copies = 0;',
    test: [TIMES, MINUTE],
  },
  {
    name: 'an id remembered for good',
    file: 'lib/presence/fold.ts',
    from: 'return counted !== undefined && (this.events.ts[i] ?? 0) - counted <= DECIDE_MS;',
    to: 'return counted !== undefined;',
    test: [TIMES, EDGES],
  },
  {
    name: 'folded in the order of arrival',
    file: 'lib/presence/undecided.ts',
    from: '      into.sort();',
    to: '      into.inOrder = false;',
    test: [LAWS, '2: order within 120 s'],
  },
  {
    name: 'a time-out closes when it is noticed, not back-dated',
    file: 'lib/presence/fold.ts',
    from: "open.last + Math.floor(h / 2), 'timeout'",
    to: "open.last + 3 * h, 'timeout'",
    test: [TIMES, EDGES],
  },
  {
    name: 'silent for exactly T is timed out',
    file: 'lib/presence/fold.ts',
    from: 'return h > 0 && ts - open.last > 3 * h;',
    to: 'return h > 0 && ts - open.last >= 3 * h;',
    test: [TIMES, EDGES],
  },
  {
    name: 'an interval holds at its end too',
    file: 'lib/presence/contribution.ts',
    from: 'return Math.ceil(ms / 1000);',
    to: 'return Math.floor(ms / 1000) + 1;',
    test: [TIMES, MINUTE],
  },
  {
    name: 'ties broken by the later id',
    file: 'lib/presence/fold.ts',
    from: 'if (x !== y) return x < y ? -1 : 1;',
    to: 'if (x !== y) return x < y ? 1 : -1;',
    test: [TIMES, EDGES],
  },
  {
    name: 'leaves after joins within a millisecond of an open connection',
    file: 'lib/presence/fold.ts',
    from: 'const isOpen = this.open >= 0 && !this.#overdue(ts[from] ?? 0);',
    to: 'const isOpen = false;',
    test: [TIMES, EDGES],
  },
  {
    name: 'a join describes an opening up to 119 s before',
    file: 'lib/presence/fold.ts',
    from: 'if (at <= ts + DECIDE_MS && at < this.#context.roomEnd)',
    to: 'if (at <= ts + DECIDE_MS - 1_000 && at < this.#context.roomEnd)',
    test: [TIMES, EDGES],
  },
  {
    name: 'a stay whose join came after its opening takes the role of the one before',
    file: 'lib/presence/fold.ts',
    from: 'const join = this.#nextJoin(this.#groupEnd);',
    to: 'const join = this.prevTraits === null ? this.#nextJoin(this.#groupEnd) : -1;',
    test: [TIMES, EDGES],
  },
  {
    name: 'a leave keeps the connection closed for fifty minutes',
    file: 'lib/presence/fold.ts',
    from: 'if (type === JOIN || ts - this.leftAt > CLOSED_MS)',
    to: 'if (type === JOIN || ts - this.leftAt > CLOSED_MS - 600_000)',
    test: [TIMES, 'over hours'],
  },
  {
    name: 'events late at 119 s',
    file: 'lib/event/lateness.ts',
    from: 'const LATE_MS = 120_000;',
    to: 'const LATE_MS = 119_000;',
    test: [PARTS, 'with 1 partitions of 1 slices'],
  },
  {
    name: 'the offset stored without the state',
    file: 'lib/presence/counter.ts',
    from: 'journal: this.#journal?.page() ?? null,',
    to: 'journal: null,',
    test: [PARTS, 'with 1 partitions of 1 slices'],
  },
  {
    name: 'pages of the journal let go of before all had their turn',
    file: 'lib/presence/journal.ts',
    from: 'this.#keptFrom = this.#turnFrom;',
    to: 'this.#keptFrom = number;',
    test: [PARTS, 'with 1 partitions of 1 slices'],
  },
  {
    name: 'a room that ends in one partition goes on in the others',
    file: 'ingest/engine.ts',
    from: 'for (const b of this.#of(broadcast)) for (const counter of b.counters) counter.endRoom(room, at);',
    to: 'for (const b of this.#of(broadcast).slice(0, 1)) for (const counter of b.counters) counter.endRoom(room, at);',
    test: [PARTS, 'with 3 partitions of 1 slices'],
  },
  {
    name: 'folded for good while an event may still come',
    file: 'lib/presence/counter.ts',
    from: 'const LOOK_BACK_MS = 120_000;',
    to: 'const LOOK_BACK_MS = -240_000;',
    test: [PARTS, 'with 1 partitions of 1 slices'],
  },
  {
    name: 'heartbeats that came too late taken for an unbroken presence',
    file: 'lib/presence/roster.ts',
    from: 'if (next - ts >= quiet) return -1;',
    to: '',
    test: [TIMES, 'through long stretches of heartbeats'],
  },
  {
    name: 'an attempt waits 59 s for its end',
    file: 'lib/presence/fold.ts',
    from: 'if (at > from + ATTEMPT_MS || (best',
    to: 'if (at > from + ATTEMPT_MS - 1_000 || (best',
    test: [TIMES, EDGES],
  },
  {
    name: 'one of very many connections of a listener not found again',
    file: 'lib/presence/roster.ts',
    from: 'this.#crowd.add(key, row);',
    to: '',
    test: ['lib/presence/roster.test.ts', 'finds every connection under its own row'],
  },
  {
    name: 'a silence shows only once it is decided',
    file: 'lib/presence/counter.ts',
    from: '(flags & TIP_SUSPECT) !== 0 ? decided : suspectFrom',
    to: 'decided',
    test: ['lib/presence/counter.test.ts', 'shows a silence while it lasts'],
  },
  {
    name: 'nobody waits for the end of a room',
    file: 'lib/presence/counter.ts',
    from: 'due = Math.min(due, this.#roomEnds[connections.room(c)] ?? Number.POSITIVE_INFINITY);',
    to: '',
    test: [PARTS, 'where they once did not'],
  },
  {
    name: 'an opening before the base taken for one after a failure',
    file: 'lib/presence/contribution.ts',
    from: 'for (let i = fold?.baseStays ?? 0;',
    to: 'for (let i = 0;',
    test: [PARTS, 'where they once did not'],
  },
];
