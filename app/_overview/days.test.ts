import { describe, expect, it } from 'vitest';
import { dayAfter, daysText, instantsOf, today } from './days.ts';

const NOW = Date.UTC(2026, 4, 24, 22);

describe('the days of a list', () => {
  it('begin and end at midnight of the zone', () =>
    expect(instantsOf({ from: '2026-05-23', to: '2026-05-24' }, 'America/New_York')).toEqual({
      from: Date.UTC(2026, 4, 23, 4),
      to: Date.UTC(2026, 4, 25, 4),
    }));

  it('are as long as the clocks make them', () => {
    const day = instantsOf({ from: '2026-03-29', to: '2026-03-29' }, 'Europe/Berlin');
    expect((day?.to ?? 0) - (day?.from ?? 0)).toBe(23 * 3_600_000);
  });

  it('have a bound on one side, or none', () => {
    expect(instantsOf({ from: null, to: '2026-05-24' }, 'UTC')).toEqual({ from: null, to: Date.UTC(2026, 4, 25) });
    expect(instantsOf({ from: null, to: null }, 'UTC')).toBeNull();
  });

  it.each([
    [null, null, 'Any date'],
    ['2026-05-24', '2026-05-24', '24 May'],
    ['2026-05-01', '2026-05-24', '1 May to 24 May'],
    ['2025-12-31', null, 'From 31 Dec 2025'],
    [null, '2026-05-24', 'To 24 May'],
  ])('from %s to %s are said as %s', (from, to, words) =>
    expect(daysText({ from, to }, 'Asia/Tokyo', NOW)).toBe(words),
  );

  it('count from today as it is in the zone', () => {
    expect(today(NOW, 'UTC')).toBe('2026-05-24');
    expect(today(NOW, 'Asia/Tokyo')).toBe('2026-05-25');
    expect(dayAfter('2026-03-01', -1)).toBe('2026-02-28');
  });
});
