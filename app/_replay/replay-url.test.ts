import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePlace, printPlace, SPEEDS } from './replay-url.ts';

const parse = (text: string) => {
  const params = new URLSearchParams(text);
  return parsePlace((name) => params.get(name));
};

describe('the link to a replay', () => {
  it('begins at the first window, at now-known numbers, ten times as fast', () => {
    expect(parse('')).toEqual({ at: null, window: null, speed: 10, known: 'now', rev: null, detail: false });
  });

  it('takes instants as a person writes them, cut to whole seconds', () => {
    expect(parse('t=2023-05-24T22:29:40Z').at).toBe(Date.UTC(2023, 4, 24, 22, 29, 40));
    expect(parse('t=1684967380999').at).toBe(1_684_967_380_000);
    expect(parse('t=tea').at).toBeNull();
  });

  it('says again what it was read from', () => {
    fc.assert(
      fc.property(
        fc.record({
          at: fc.option(fc.integer({ min: 946_684_800, max: 4_102_444_799 }).map((second) => second * 1000)),
          window: fc.option(fc.string({ minLength: 1 })),
          speed: fc.constantFrom(...SPEEDS),
          known: fc.constantFrom('then' as const, 'now' as const),
          rev: fc.option(fc.integer({ min: 0, max: 999_999 })),
          detail: fc.boolean(),
        }),
        (place) => {
          const printed = printPlace(place);
          expect(parsePlace((name) => Object.entries(printed).find(([key]) => key === name)?.[1])).toEqual(place);
        },
      ),
    );
  });
});
