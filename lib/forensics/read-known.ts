/** Reads what forensics asks of a broadcast; every number arrives merged over partitions. */
import { roomEnds } from '../numbers/controls.ts';
import type { ListenerFailures } from '../presence/failure-page.ts';
import type { Reader } from '../store/read.ts';
import { failuresOf } from './blocked.ts';
import type { Known } from './cost.ts';
import { presencesOf } from './presence.ts';
import { readStays } from './stay-table.ts';
import { Timeline, type TimelineRun } from './timeline.ts';

/** The part of the store that is read. */
export interface ForensicsReader extends Pick<Reader, 'facts' | 'runPages' | 'changes' | 'stayPages'> {
  /** every listener's failed attempts; absent where the store does not keep them by listener */
  failedAttempts?(broadcast: string): Promise<ListenerFailures[]>;
}

/** As known up to row `to` (epoch s, default: the last); null where the store has no rows of it. */
export async function readKnown(reader: ForensicsReader, broadcast: string, to?: number): Promise<Known | null> {
  const facts = await reader.facts(broadcast);
  if (!facts) return null;
  const runs: TimelineRun[] = [];
  for await (const page of reader.runPages(broadcast, to === undefined ? {} : { to: to + 1 })) {
    for (const { second, span, connected, suspect, newlySuspect } of page) {
      runs.push({ second, span, connected, suspect, newlySuspect });
    }
  }
  if (runs.length === 0) return null;
  const stays = await readStays(reader.stayPages(broadcast));
  return {
    timeline: new Timeline(runs),
    stays,
    presences: presencesOf(stays),
    roomEnds: roomEnds(facts.controls),
    failures:
      facts.status.known.attempts && reader.failedAttempts
        ? failuresOf(await reader.failedAttempts(broadcast), stays)
        : null,
    complete: facts.status.complete,
  };
}
