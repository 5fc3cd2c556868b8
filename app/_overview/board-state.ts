/** What the overview says of its own freshness: the newest of its running broadcasts speaks for the page. */
import { type Freshness, freshnessOf } from '../../lib/series/freshness.ts';
import { type Line, type PageState, pageState } from '../../lib/series/page-state.ts';
import type { Overview } from '../_data/overview.ts';

export function boardState(
  overview: Pick<Overview, 'now' | 'running' | 'counts'>,
  line: Line,
  now: number,
  zone: string,
): PageState {
  const running = overview.running
    .map((row) => ({ freshness: freshnessOf(row, now), asOf: row.liveSecond * 1000 }))
    .filter(({ freshness }) => freshness.kind !== 'ended');
  const best = running.sort((a, b) => rank(a.freshness) - rank(b.freshness))[0];
  const state = pageState(line, best?.freshness ?? { kind: 'live', behindMs: 0 }, best?.asOf ?? overview.now, zone);
  if (best !== undefined || state.kind !== 'live') return state;
  return overview.counts.all === 0
    ? { kind: 'waiting', words: 'Waiting for events', oldForMs: null }
    : { kind: 'ended', words: 'Nothing running', oldForMs: null };
}

function rank(freshness: Freshness): number {
  switch (freshness.kind) {
    case 'live':
      return freshness.behindMs;
    case 'replaying':
      return 1e12;
    case 'catching_up':
      return 2e12;
    case 'stale':
      return 3e12 + freshness.forMs;
    case 'ended':
      return Number.POSITIVE_INFINITY;
  }
}
