import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantOfLocal, localOfInstant } from './local-instant.ts';

describe('a wall clock in a field', () => {
  it('is that of the zone', () => {
    expect(instantOfLocal('2023-05-24T18:04:09', 'America/New_York')).toBe(Date.UTC(2023, 4, 24, 22, 4, 9));
    expect(localOfInstant(Date.UTC(2023, 4, 24, 22, 4, 9), 'Asia/Kolkata')).toBe('2023-05-25T03:34:09');
  });

  it('is nothing while it is half written', () => {
    expect([instantOfLocal('', 'UTC'), instantOfLocal('2023-05', 'UTC')]).toEqual([null, null]);
  });

  it('is the earlier one where a clock shows it twice, and the later one where it never does', () => {
    expect(instantOfLocal('2023-11-05T01:30:00', 'America/New_York')).toBe(Date.UTC(2023, 10, 5, 5, 30));
    expect(instantOfLocal('2023-03-12T02:30:00', 'America/New_York')).toBe(Date.UTC(2023, 2, 12, 7, 30));
  });

  it('comes back as it was, but for the hour that a clock shows twice', () => {
    const zones = fc.constantFrom('UTC', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe');
    fc.assert(
      fc.property(fc.integer({ min: 946_684_800, max: 4_000_000_000 }), zones, (second, zone) => {
        const back = instantOfLocal(localOfInstant(second * 1000, zone), zone);
        return back !== null && localOfInstant(back, zone) === localOfInstant(second * 1000, zone);
      }),
    );
  });
});
