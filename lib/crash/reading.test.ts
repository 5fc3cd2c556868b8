import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MEMORY_S } from './cusum.ts';
import { type LossRow, Reading } from './reading.ts';
import { THRESHOLDS } from './thresholds.ts';

const count = fc.nat(50);
const row = fc.record({
  connected: fc.nat(500),
  began: count,
  ended: count,
  dropped: count,
  newlySuspect: count,
  newListeners: count,
  joins: count,
  failuresByJoin: count,
});

function all(row: Partial<LossRow>, second: number): LossRow {
  return {
    ...{ hearing: 0, connected: 0, began: 0, ended: 0, dropped: 0, handedOver: 0, newlySuspect: 0, newlyStalled: 0 },
    ...{ newListeners: 0, joins: 0, failuresByJoin: 0 },
    ...row,
    second,
  };
}

/** Every number a detector reads of it. */
function numbers(r: Reading): number[] {
  const usual = [r.usualLost, r.usualEnded, r.usualBack, r.usualFailures, r.usualFailing];
  return [r.second, r.audience, r.reach, r.lost, r.ended, r.back, r.failures, ...usual];
}

it('seconds in which nothing happens leave it to the last digit as if each had been taken', () => {
  fc.assert(
    fc.property(
      fc.array(row, { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 900 }),
      row,
      (rows, n, then) => {
        const quick = new Reading(THRESHOLDS);
        const plain = new Reading(THRESHOLDS);
        let second = 0;
        const both = (happens: Partial<LossRow>) => {
          for (const reading of [quick, plain]) {
            reading.take(all(happens, second));
            reading.learn();
          }
          second++;
        };
        for (const happens of rows) both(happens);
        const quiet = { connected: rows.at(-1)?.connected ?? 0 };
        for (let i = 0; i < MEMORY_S; i++) both(quiet);
        for (let i = 0; i < n; i++, second++) {
          quick.rest(second);
          plain.take(all(quiet, second));
          plain.learn();
          expect(numbers(quick)).toEqual(numbers(plain));
        }
        both(then);
        expect(numbers(quick)).toEqual(numbers(plain));
      },
    ),
    { numRuns: 40 },
  );
});
