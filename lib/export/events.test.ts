import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryLog } from '../event/arbitrary.ts';
import type { BroadcastEvent } from '../event/event.ts';
import { parseRecord } from '../event/parse.ts';
import { printEvent } from '../event/print.ts';
import { Oracle } from '../oracle/oracle.ts';
import { EventLedger } from './events.ts';

const BROADCAST = 'demo';

function exported(log: readonly BroadcastEvent[], late: 'left out' | 'beside' | 'taken up' = 'left out'): string[] {
  const ledger = new EventLedger(BROADCAST);
  for (const event of log) ledger.add(event, 0);
  return [...ledger.events(late)].map(printEvent);
}

/** The recount of a log, without what tells how often and in which order things came. */
function recounted(log: readonly BroadcastEvent[]): unknown {
  const oracle = new Oracle({ defaultHeartbeatMs: 0, breakdowns: ['client'] });
  for (const event of log) oracle.add({ kind: 'event', event }, 0);
  const result = oracle.finish(BROADCAST);
  if (result === null) return null;
  const { report, rows, stays } = result;
  const { quality, ...told } = report;
  const withoutCopies = rows.map((row) => ({ ...row, duplicates: 0 }));
  return { told, rows: withoutCopies, stays, timeouts: quality.timeouts };
}

function reread(lines: readonly string[]): BroadcastEvent[] {
  return lines.flatMap((line) => {
    const parsed = parseRecord(Buffer.from(line), null);
    return parsed.kind === 'event' ? [parsed.event] : [];
  });
}

describe('the events of a broadcast that counted', () => {
  it('recount to the same rows, stays and facts, and are exported as they are', () => {
    fc.assert(
      fc.property(
        arbitraryLog({ broadcasts: [BROADCAST], windowMs: 400_000, ids: 3, heartbeatPeriodsMs: [0, 10_000] }),
        (log) => {
          const lines = exported(log);
          expect(recounted(reread(lines))).toEqual(recounted(log));
          expect(exported(reread(lines))).toEqual(lines);
        },
      ),
    );
  });

  it('are the late ones too where they were taken up, once each', () => {
    const at = Date.UTC(2026, 0, 1, 20);
    const join = (ts: number, id: string): BroadcastEvent[] =>
      reread([JSON.stringify({ type: 'join', ts, broadcast: BROADCAST, listener: 'ann', connection: id, id })]);
    const log = [...join(at + 300_000, 'b'), ...join(at, 'a'), ...join(at, 'a')];
    expect(exported(log)).toHaveLength(1);
    expect(exported(log, 'taken up')).toHaveLength(2);
    expect(exported(log, 'beside')).toHaveLength(3);
  });
});
