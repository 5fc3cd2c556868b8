/** What the page may say about its own freshness: the line to the server first, then the data behind it. */
import { clockText } from '../format/clock.ts';
import { durationText } from '../format/duration.ts';
import type { Freshness } from './freshness.ts';

export interface Line {
  /** ms since anything was heard from the server */
  silentMs: number;
  /** attempts to reach it since then */
  tries: number;
}

export interface PageState {
  kind: 'live' | 'replaying' | 'catching_up' | 'reconnecting' | 'disconnected' | 'stale' | 'ended' | 'waiting';
  /** for the top bar */
  words: string;
  /** how old the figures are, ms, where they must look old; else null */
  oldForMs: number | null;
}

const RECONNECTING_MS = 5_000;
const DISCONNECTED_MS = 10_000;

/** `asOf` is the instant of the figures, epoch ms. */
export function pageState(line: Line, freshness: Freshness, asOf: number, zone: string): PageState {
  if (line.silentMs >= DISCONNECTED_MS) {
    return { kind: 'disconnected', words: `Disconnected for ${durationText(line.silentMs)}`, oldForMs: line.silentMs };
  }
  if (line.silentMs >= RECONNECTING_MS) {
    const tries = line.tries > 1 ? `, try ${line.tries}` : '';
    return { kind: 'reconnecting', words: `Reconnecting${tries}; showing ${clockText(asOf, zone)}`, oldForMs: null };
  }
  switch (freshness.kind) {
    case 'ended':
      return { kind: 'ended', words: `Ended ${clockText(asOf, zone)}, final`, oldForMs: null };
    case 'stale':
      return { kind: 'stale', words: `Stale for ${durationText(freshness.forMs)}`, oldForMs: freshness.forMs };
    case 'replaying':
      return { kind: 'replaying', words: `Replaying, at ${clockText(asOf, zone)}`, oldForMs: null };
    case 'catching_up':
      return { kind: 'catching_up', words: `Catching up, at ${clockText(asOf, zone)}`, oldForMs: null };
    case 'live':
      return { kind: 'live', words: `Live, ${durationText(freshness.behindMs)} behind`, oldForMs: null };
  }
}
