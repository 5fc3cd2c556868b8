/**
 * One poller a process for every open page. It asks the store whether anything changed, brings the watched broadcasts
 * up to date once a second, as soon as their live second has moved on, and sends one encoded buffer to all clients of a
 * broadcast.
 */
import 'server-only';
import { changedParts, type LiveFrame, type Position, positionText } from '../../lib/series/frame.ts';
import { indexAfter } from '../../lib/series/merge.ts';
import { toWire } from '../../lib/series/point.ts';
import type { ReadStore } from '../../lib/store/store.ts';
import { Boards } from './boards.ts';
import { type Feed, finalBoundary, loadFeed, refreshFeed } from './feed.ts';
import type { Line } from './lines.ts';
import { type Overview, overview, type PastQuery } from './overview.ts';
import { Clients, COMMENT, comeAgain, eventBytes } from './sse.ts';
import { readStore } from './store.ts';

const POLL_MS = 100;
/** A live second that moved on is sent this long after the frame before, at the earliest: one may be late, the next in time. */
const SECOND_MS = 700;
/** What else has changed goes with the next second, and no later than this after the frame before. */
const FRAME_MS = 1500;
/** Without a frame for this long a beat tells the page that the line is alive. */
const BEAT_MS = 2000;
const COMMENT_MS = 15_000;
/** A feed that nobody watches is forgotten after this. */
const KEEP_MS = 60_000;

interface Topic {
  feed: Feed;
  clients: Clients;
  /** the whole feed as one frame, made when the first client asks for it */
  snapshot: Uint8Array | null;
  /** as the store stood when the feed was read, and when it was last looked at */
  token: string;
  seen: string;
  refreshedAt: number;
  sentAt: number;
  usedAt: number;
  busy: Promise<void> | null;
}

class Hub {
  private readonly topics = new Map<string, Topic>();
  private readonly loading = new Map<string, Promise<Topic | null>>();
  private readonly boards = new Boards();
  private timer: NodeJS.Timeout | null = null;
  private ticking = false;
  private closing = false;
  private commentedAt = 0;

  constructor() {
    // an open stream would hold the server up when it is told to stop
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => this.close());
  }

  /** Lets every client go and takes no new ones. */
  close(): void {
    this.closing = true;
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
    for (const topic of this.topics.values()) topic.clients.close();
    this.boards.close();
  }

  /** Null where the store does not know the broadcast. As new as the open pages have it. */
  async feed(broadcast: string): Promise<Feed | null> {
    const store = await readStore();
    const topic = await this.topic(store, broadcast);
    if (topic === null) return null;
    await this.refresh(store, broadcast, topic, await store.changeToken());
    return this.topics.get(broadcast)?.feed ?? null;
  }

  /** Null where the store does not know the broadcast. */
  async subscribe(broadcast: string, from: Position | null, line: Line | null): Promise<Response | null> {
    if (this.closing || line === null) return comeAgain();
    if ((await this.feed(broadcast)) === null) return null;
    const topic = this.topics.get(broadcast);
    if (topic === undefined) return null;
    // nothing is awaited from here on: what the client gets first and what it gets next meet without a hole
    return topic.clients.response(this.firstFrame(topic, from), line, () => {
      topic.usedAt = Date.now();
    });
  }

  async overview(past: PastQuery | null): Promise<Overview> {
    return overview(await readStore(), past);
  }

  async subscribeOverview(past: PastQuery | null, line: Line | null): Promise<Response> {
    if (this.closing || line === null) return comeAgain();
    const response = await this.boards.subscribe(await readStore(), past, line);
    this.wake();
    return response;
  }

  private async topic(store: ReadStore, broadcast: string): Promise<Topic | null> {
    const known = this.topics.get(broadcast);
    if (known !== undefined) return known;
    const pending = this.loading.get(broadcast) ?? this.load(store, broadcast);
    this.loading.set(broadcast, pending);
    try {
      return await pending;
    } finally {
      this.loading.delete(broadcast);
    }
  }

  private async load(store: ReadStore, broadcast: string): Promise<Topic | null> {
    const token = await store.changeToken();
    const feed = await loadFeed(store, broadcast);
    if (feed === null) return null;
    const now = Date.now();
    const topic = {
      feed,
      clients: new Clients(),
      snapshot: null,
      token,
      seen: token,
      refreshedAt: now,
      sentAt: now,
      usedAt: now,
      busy: null,
    };
    this.topics.set(broadcast, topic);
    this.wake();
    return topic;
  }

  private firstFrame(topic: Topic, from: Position | null): Uint8Array {
    topic.usedAt = Date.now();
    const { feed } = topic;
    const id = positionText(positionOf(feed));
    if (from !== null && from.rev === feed.view.rev && from.final + 1 >= feed.rawFrom) {
      const points = feed.points.slice(indexAfter(feed.points, from.final)).map(toWire);
      const frame: LiveFrame = { now: topic.usedAt, reset: false, view: feed.view, points };
      return eventBytes({ id, name: 'frame', data: frame });
    }
    topic.snapshot ??= snapshotBytes(feed, topic.refreshedAt);
    return topic.snapshot;
  }

  private wake(): void {
    this.timer ??= setInterval(() => void this.tick(), POLL_MS);
  }

  private async tick(): Promise<void> {
    const now = Date.now();
    this.keepAlive(now);
    if (this.ticking) return;
    this.ticking = true;
    try {
      const store = await readStore();
      const token = await store.changeToken();
      for (const [broadcast, topic] of this.topics) {
        if (topic.clients.size === 0 && now - topic.usedAt > KEEP_MS) this.topics.delete(broadcast);
        else if (topic.clients.size > 0) await this.refresh(store, broadcast, topic, token);
      }
      if (this.boards.size > 0) await this.boards.refresh(store, token);
    } catch (error) {
      // the pages see the silence and say so; the next tick tries again
      console.error(`the store could not be read: ${error instanceof Error ? error.message : String(error)}`);
    }
    this.ticking = false;
    if (this.topics.size === 0 && this.boards.size === 0 && this.timer !== null) {
      clearInterval(this.timer);
      this.timer = null;
    }
  }

  /** Only where the store changed, which `token` tells; a refresh under way is joined. */
  private async refresh(store: ReadStore, broadcast: string, topic: Topic, token: string): Promise<void> {
    const since = Date.now() - topic.refreshedAt;
    if (topic.busy === null && since >= (token === topic.seen ? FRAME_MS : SECOND_MS)) {
      topic.busy = this.refreshOnce(store, broadcast, topic, token).finally(() => {
        topic.busy = null;
      });
    }
    await topic.busy;
  }

  private async refreshOnce(store: ReadStore, broadcast: string, topic: Topic, token: string): Promise<void> {
    if (token === topic.token) return;
    topic.seen = token;
    if (Date.now() - topic.refreshedAt < FRAME_MS) {
      const status = await store.status(broadcast);
      if (status?.liveSecond === topic.feed.view.liveSecond) return;
    }
    const change = await refreshFeed(store, topic.feed);
    if (change === null) {
      // gone from the store: its readers come back and are told so
      this.topics.delete(broadcast);
      topic.clients.close();
      return;
    }
    const now = Date.now();
    const view = changedParts(topic.feed.view, change.feed.view);
    topic.feed = change.feed;
    topic.token = token;
    topic.refreshedAt = now;
    topic.snapshot = null;
    if (change.reset) {
      topic.snapshot = snapshotBytes(change.feed, now);
      topic.clients.send(topic.snapshot);
    } else if (change.changed.length > 0 || Object.keys(view).length > 0) {
      const frame: LiveFrame = { now, reset: false, view, points: change.changed.map(toWire) };
      topic.clients.send(eventBytes({ id: positionText(positionOf(change.feed)), name: 'frame', data: frame }));
    } else return;
    topic.sentAt = now;
  }

  private keepAlive(now: number): void {
    const comment = now - this.commentedAt >= COMMENT_MS;
    if (comment) this.commentedAt = now;
    const all = [...this.topics.values(), ...this.boards.all()];
    let beat: Uint8Array | null = null;
    for (const topic of all) {
      if (comment) topic.clients.send(COMMENT);
      if (topic.clients.size === 0 || now - topic.sentAt < BEAT_MS) continue;
      beat ??= eventBytes({ name: 'beat', data: { now } });
      topic.clients.send(beat);
      topic.sentAt = now;
    }
  }
}

export function positionOf(feed: Feed): Position {
  const last = feed.points[feed.points.length - 1];
  return { live: last?.second ?? 0, final: finalBoundary(feed.points), rev: feed.view.rev };
}

function snapshotBytes(feed: Feed, now: number): Uint8Array {
  const frame: LiveFrame = { now, reset: true, view: feed.view, points: feed.points.map(toWire) };
  return eventBytes({ id: positionText(positionOf(feed)), name: 'frame', data: frame });
}

declare global {
  var headcountHub: Hub | undefined;
}

/** Pages and route handlers are bundled apart and load this module twice; the process must have one poller. */
export function hub(): Hub {
  globalThis.headcountHub ??= new Hub();
  return globalThis.headcountHub;
}
