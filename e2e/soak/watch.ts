/** Looks every other second at what the parts of a running product hold, and uses the dashboard as somebody does. */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Product } from '../product.ts';
import { type Load, MARATHON } from './load.ts';
import { heldBy, sizeOf } from './sample.ts';
import type { Measured } from './slope.ts';

const EVERY_MS = 2_000;

/** One of the processes that are restarted; its ports and its folder stay. */
export interface Part {
  name: 'ingest' | 'dashboard';
  product: Product;
  /** goes up with every restart; null while it is away */
  life: number | null;
  lives: number;
}

/** What a part held in one of its lives. */
export interface Life {
  name: Part['name'];
  bytes: Measured[];
  handles: Measured[];
}

export interface Watch {
  /** the longest life of each part */
  longest(): Life[];
  /** the most that the store's files took at once, bytes */
  readonly most: { store: number; wal: number };
  /** what is held now, in one line */
  line(): string;
  stop(): Promise<void>;
}

export function startWatch(options: { folder: string; parts: Part[]; load: Load }): Watch {
  const { parts, load } = options;
  const lives = new Map<string, Life>();
  const most = { store: 0, wal: 0 };
  const startedAt = performance.now();
  const pages = ['/', `/b/${MARATHON}`, '/api/broadcasts', '/b/show-001/replay', '/b/show-001', '/help'];
  let stopped = false;
  let now = '';
  let unread = '';
  const look = (): void => {
    const at = (performance.now() - startedAt) / 1000;
    const said: string[] = [];
    for (const { name, life, product } of parts) {
      if (life === null) continue;
      const { bytes, handles } = heldBy(product.pids());
      const held = lives.get(`${name} ${life}`) ?? { name, bytes: [], handles: [] };
      lives.set(`${name} ${life}`, held);
      held.bytes.push({ at, value: bytes });
      held.handles.push({ at, value: handles });
      said.push(`${name} ${megabytes(bytes)}, ${handles} handles`);
    }
    const store = join(options.folder, 'data', 'headcount.db');
    const [size, wal] = [sizeOf(store), sizeOf(`${store}-wal`)];
    most.store = Math.max(most.store, size);
    most.wal = Math.max(most.wal, wal);
    now = `${at.toFixed(0)} s: ${load.sent()} sent; ${said.join('; ')}; store ${megabytes(size)}, its WAL ${megabytes(wal)}; ${unread} records unread`;
  };
  const watching = (async () => {
    for (let i = 0; !stopped; i++) {
      look();
      // whoever is being restarted does not answer
      for (const { life, name, product } of parts) {
        if (life === null) continue;
        const url = name === 'ingest' ? `${product.ingestUrl}/metrics` : `${product.url}${pages[i % pages.length]}`;
        const text = await fetch(url, { signal: AbortSignal.timeout(10_000) })
          .then((answer) => answer.text())
          .catch(() => '');
        if (name === 'ingest') unread = lagOf(text);
      }
      await pause(EVERY_MS);
    }
  })();
  return {
    longest: () =>
      parts.flatMap(({ name }) => {
        const own = [...lives.values()].filter((life) => life.name === name);
        return own.sort((a, b) => b.bytes.length - a.bytes.length).slice(0, 1);
      }),
    most,
    line: () => now,
    async stop() {
      stopped = true;
      await watching;
    },
  };
}

/** Records of the topic that wait, by the process's own metrics; `?` where it does not say. */
function lagOf(metrics: string): string {
  const lags = [...metrics.matchAll(/^ingest_lag_records\{[^}]*\} (\d+)/gm)];
  return lags.length === 0 ? '?' : String(lags.reduce((sum, [, lag]) => sum + Number(lag), 0));
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}
