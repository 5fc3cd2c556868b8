import fc from 'fast-check';
import { expect, it } from 'vitest';
import { COLUMNS, DEFAULT_CHOICE, parseChoice, printChoice, SORTS, STATE_FILTERS } from './url-state.ts';

const choice = fc.record({
  state: fc.constantFrom(...STATE_FILTERS),
  query: fc.string(),
  sort: fc.constantFrom(...SORTS),
  descending: fc.boolean(),
  page: fc.integer({ min: 1, max: 1_000_000 }),
  hidden: fc.subarray([...COLUMNS]),
  picked: fc.uniqueArray(fc.string({ minLength: 1 })),
});

it('reads back what it wrote, for every choice', () => {
  fc.assert(
    fc.property(choice, (made) => {
      expect(parseChoice(new URLSearchParams(printChoice(made).toString()))).toEqual(made);
    }),
  );
});

it('writes nothing for the default', () => expect(printChoice(DEFAULT_CHOICE).toString()).toBe(''));

it('leaves the parameters of others alone', () => {
  expect(printChoice(DEFAULT_CHOICE, new URLSearchParams('tz=UTC&state=ended')).toString()).toBe('tz=UTC');
});

it('takes what it does not know as the default', () => {
  expect(parseChoice(new URLSearchParams('state=odd&sort=shoe&hide=x'))).toEqual(DEFAULT_CHOICE);
  for (const page of ['0', '-1', '1.5', 'two', '', '99999999'])
    expect(parseChoice(new URLSearchParams({ page }))).toEqual(DEFAULT_CHOICE);
});
