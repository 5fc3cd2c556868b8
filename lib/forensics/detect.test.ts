import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GroupRows } from '../store/window-reads.ts';
import { Detection, WATCHED } from './detect.ts';

type Changes = GroupRows<(typeof WATCHED)[number]>;
type Row = Changes['rows'][number];

const NOTHING = Object.fromEntries(WATCHED.map((name) => [name, 0])) as Omit<Row, 'second'>;
const FIRST = 1_000;

/** A full room, then bursts of losses with these pauses between them. */
function evening(bursts: readonly { pause: number; lost: number }[]): { changes: Changes[]; to: number } {
  const rows: Row[] = [{ ...NOTHING, second: FIRST, connected: 3_000, hearing: 2_900, began: 3_000, joins: 3_000 }];
  let second = FIRST;
  for (const { pause, lost } of bursts) {
    second += pause;
    rows.push({ ...NOTHING, second, connected: -lost, hearing: -lost, ended: lost, dropped: lost });
  }
  return { changes: [{ attribute: '', value: '', rows }], to: second + 200 };
}

describe('detection over rows', () => {
  it('is the same in one go and in whatever steps it comes, through hours of silence too', () => {
    const burst = fc.record({
      pause: fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 3_500, max: 8_000 })),
      lost: fc.nat(120),
    });
    fc.assert(
      fc.property(
        fc.array(burst, { minLength: 1, maxLength: 6 }),
        fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 5 }),
        (bursts, steps) => {
          const { changes, to } = evening(bursts);
          const whole = new Detection(FIRST);
          whole.take(changes, new Map(), to);
          const parts = new Detection(FIRST);
          const levels = new Map();
          for (let at = FIRST - 1, i = 0; at < to; i++) {
            const next = Math.min(to, at + (steps[i % steps.length] ?? 1));
            const between = changes.map((group) => ({
              ...group,
              rows: group.rows.filter((row) => row.second > at && row.second <= next),
            }));
            parts.take(between, levels, next);
            at = next;
          }
          expect(parts.windows()).toEqual(whole.windows());
          expect(parts.at).toBe(whole.at);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('closes what is open where there are no more rows', () => {
    const { changes } = evening([{ pause: 100, lost: 500 }]);
    const detection = new Detection(FIRST);
    detection.take(changes, new Map(), FIRST + 130);
    expect(detection.windows()).toMatchObject([{ onset: FIRST + 100, serviceEnd: null, closedAt: null }]);
    detection.finish();
    expect(detection.windows()).toMatchObject([{ serviceEnd: FIRST + 100, closedAt: FIRST + 130 }]);
  });
});
