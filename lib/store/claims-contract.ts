/** What claims in a store are, whichever store it is. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Claim } from '../compare/claim.ts';
import { claimsOf, putClaim, removeClaim } from './claims.ts';
import { openTables } from './open.ts';

const claim: Claim = {
  text: '161,000 heard the speech',
  value: '161,000',
  kind: 'segment-half',
  at: null,
  segment: 'The speech',
  about: null,
};

/** `empty` makes a store and gives its URL. */
export function claimsContract(empty: () => Promise<string>): void {
  describe('claims in the store', () => {
    let tables: Awaited<ReturnType<typeof openTables>>;

    beforeEach(async () => {
      tables = await openTables(await empty());
      await tables.insertInto('broadcasts').values({ broadcast: 'launch', demo: 0, kind: 'events' }).execute();
    });
    afterEach(() => tables.destroy());

    it('come back as they were entered, in that order', async () => {
      await putClaim(tables, 'launch', claim, 2_000);
      await putClaim(tables, 'launch', { ...claim, value: '600,000', kind: 'peak', segment: null, at: 5 }, 1_000);
      const stored = await claimsOf(tables, 'launch');
      expect(stored.map(({ value, enteredAt }) => [value, enteredAt])).toEqual([
        ['600,000', 1_000],
        ['161,000', 2_000],
      ]);
      expect(stored[1]).toMatchObject(claim);
    });

    it('are one when entered twice, and stay as entered first', async () => {
      const first = await putClaim(tables, 'launch', claim, 1_000);
      expect(await putClaim(tables, 'launch', claim, 9_000)).toEqual(first);
      expect(await claimsOf(tables, 'launch')).toHaveLength(1);
    });

    it('need a broadcast to belong to', async () => {
      expect(await putClaim(tables, 'nothing', claim, 1_000)).toBeNull();
    });

    it('can be taken back', async () => {
      const stored = await putClaim(tables, 'launch', claim, 1_000);
      expect(await removeClaim(tables, 'launch', stored?.id ?? '')).toBe(true);
      expect(await removeClaim(tables, 'launch', stored?.id ?? '')).toBe(false);
      expect(await claimsOf(tables, 'launch')).toEqual([]);
    });
  });
}
