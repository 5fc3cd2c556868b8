import { describe, expect, it } from 'vitest';
import { readClaimText } from './claim-reading.ts';
import { claimedNumber } from './claimed-number.ts';
import { storyClaims } from './story-claims.ts';

describe('a first reading of a claim', () => {
  it.each([
    ['600,000 people were in the room', '600,000', 'peak', null],
    ['about 161,000 heard the speech', 'about 161,000', 'segment-half', 'The speech'],
    ['300,000 attended in total', '300,000', 'unique', null],
    ['it had 30M views', '30M', 'views', null],
    ['an average of 12,000 listeners', '12,000', 'average-minute-audience', null],
    ['12,000 people', '12,000', 'unstated', null],
    ['from 300,000 to 600,000 at once', null, 'peak', null],
    ['it broke the internet', null, 'unstated', null],
  ])('of "%s"', (text, value, kind, segment) => {
    expect(readClaimText(text, ['Opening', 'The speech'])).toEqual({ value, kind, segment });
  });
});

describe('the claims of the story', () => {
  it('are numbers as they were written', () => {
    for (const claim of storyClaims()) expect(claimedNumber(claim.value, claim.text)).not.toBeNull();
    expect(storyClaims().map(({ text }) => text)).toContain('161,000 heard the speech');
  });

  it('shrink with a simulation, but for those of other streams', () => {
    const texts = storyClaims(6_000).map(({ text }) => text);
    expect(texts).toEqual(
      expect.arrayContaining(['6,000 at the start', '1,610 heard the speech', '3,000 attended in total']),
    );
    expect(texts).toContain('807,000 watched a watermelon');
  });
});
