/**
 * The open lists of broadcasts. What runs is read once for all of them, and a page of ended ones once for all who look at
 * that page: one encoded buffer each, however many broadcasts there are.
 */
import 'server-only';
import type { ReadStore } from '../../lib/store/store.ts';
import type { OpenLine } from './lines.ts';
import { type Overview, overview, type PastQuery, pastOf, type Running, runningOf } from './overview.ts';
import { Clients, eventBytes } from './sse.ts';

/** A change is sent this long after the one before, at the earliest, ms. */
const BOARD_MS = 1000;
/** A page of ended ones is read again at once when a broadcast ends or goes, else no sooner than this, ms. */
const PAST_MS = 5000;

/** Running rows that changed, ids of those that went or ended, the page of ended ones where it changed, and the rest. */
export interface OverviewChange {
  now: number;
  running: Overview['running'];
  gone: string[];
  past: Overview['past'] | null;
  counts: Overview['counts'];
  pipeline: Overview['pipeline'];
}

interface Board {
  query: PastQuery | null;
  past: Overview['past'];
  /** as the store stood when the page was read, and when that was, epoch ms */
  token: string;
  readAt: number;
  /** not every client was told the same page */
  unlike: boolean;
  clients: Clients;
  sentAt: number;
}

export class Boards {
  /** by what is asked for */
  readonly #open = new Map<string, Board>();
  #running: Running | null = null;
  /** running ones of which not every client was told the same */
  readonly #unlike = new Set<string>();
  #token = '';

  get size(): number {
    return this.#open.size;
  }

  /** All of them, for who keeps their lines alive. */
  all(): Iterable<{ clients: Clients; sentAt: number }> {
    return this.#open.values();
  }

  close(): void {
    for (const { clients } of this.#open.values()) clients.close();
  }

  /** The list as a stream: all of it, then what changes. */
  async subscribe(store: ReadStore, query: PastQuery | null, line: OpenLine): Promise<Response> {
    const read = await overview(store, query);
    // nothing is awaited from here on: what the client gets first and what it gets next meet without a hole
    const key = JSON.stringify(query);
    const { past, ...running } = read;
    const board = this.#open.get(key) ?? {
      ...{ query, past, token: '', readAt: read.now, unlike: false, clients: new Clients(), sentAt: read.now },
    };
    this.#open.set(key, board);
    this.#running ??= running;
    // the others were told something newer or older: the next change makes them alike
    for (const id of unlikeIds(this.#running.running, running.running)) this.#unlike.add(id);
    board.unlike ||= JSON.stringify(past) !== JSON.stringify(board.past);
    return board.clients.response(eventBytes({ name: 'frame', data: read }), line);
  }

  /** Where the store changed, which `token` tells: reads what is looked at, and sends what is new of it. */
  async refresh(store: ReadStore, token: string): Promise<void> {
    for (const [key, { clients }] of this.#open) if (clients.size === 0) this.#open.delete(key);
    if (this.#open.size === 0) {
      this.#running = null;
      this.#unlike.clear();
      this.#token = '';
    }
    const before = this.#running;
    if (before === null || Date.now() - before.now < BOARD_MS) return;
    const alike = token === this.#token;
    const now = alike ? { ...before, now: Date.now() } : await runningOf(store);
    const ended = JSON.stringify(before.counts) !== JSON.stringify(now.counts);
    const pages = new Map<Board, Overview['past']>();
    for (const board of this.#open.values()) {
      if (!board.unlike && (board.token === token || (!ended && now.now - board.readAt < PAST_MS))) continue;
      pages.set(board, await pastOf(store, board.query));
    }
    if (alike && pages.size === 0 && this.#unlike.size === 0) return;
    this.#running = now;
    this.#token = token;
    const change = changeOf(before, now, this.#unlike);
    this.#unlike.clear();
    for (const board of this.#open.values()) {
      const page = pages.get(board);
      const isNew = page !== undefined && (board.unlike || JSON.stringify(page) !== JSON.stringify(board.past));
      if (page !== undefined) Object.assign(board, { past: page, token, readAt: now.now, unlike: false });
      board.sentAt = now.now;
      const data: OverviewChange = { ...change, past: isNew ? page : null };
      board.clients.send(eventBytes({ name: 'change', data }));
    }
  }
}

/** `unlike` is told whether or not it changed. */
function changeOf(before: Running, after: Running, unlike: ReadonlySet<string>): Omit<OverviewChange, 'past'> {
  const known = new Map(before.running.map((row) => [row.broadcast, JSON.stringify(row)]));
  const kept = new Set(after.running.map((row) => row.broadcast));
  return {
    now: after.now,
    running: after.running.filter(
      (row) => unlike.has(row.broadcast) || known.get(row.broadcast) !== JSON.stringify(row),
    ),
    gone: [...new Set([...known.keys(), ...unlike])].filter((broadcast) => !kept.has(broadcast)),
    counts: after.counts,
    pipeline: after.pipeline,
  };
}

/** Ids of rows that are not the same in both. */
function unlikeIds(some: Overview['running'], others: Overview['running']): string[] {
  if (some === others) return [];
  const texts = new Map(some.map((row) => [row.broadcast, JSON.stringify(row)]));
  const differing: string[] = [];
  for (const row of others) {
    if (texts.get(row.broadcast) !== JSON.stringify(row)) differing.push(row.broadcast);
    texts.delete(row.broadcast);
  }
  return [...differing, ...texts.keys()];
}
