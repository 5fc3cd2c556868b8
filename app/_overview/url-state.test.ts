import fc from 'fast-check';
import { expect, it } from 'vitest';
import { COLUMNS, DEFAULT_CHOICE, parseChoice, printChoice, SORTS, STATE_FILTERS } from './url-state.ts';

const day = fc.option(
  fc
    .date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
    .map((at) => at.toISOString().slice(0, 10)),
);
const choice = fc.record({
  state: fc.constantFrom(...STATE_FILTERS),
  query: fc.string(),
  from: day,
  to: day,
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
  expect(parseChoice(new URLSearchParams('state=odd&sort=shoe'))).toEqual(DEFAULT_CHOICE);
  for (const page of ['0', '-1', '1.5', 'two', '', '99999999'])
    expect(parseChoice(new URLSearchParams({ page }))).toEqual(DEFAULT_CHOICE);
  for (const from of ['2023-02-30', '1999-12-31', 'today', '2023-5-1', ''])
    expect(parseChoice(new URLSearchParams({ from }))).toEqual(DEFAULT_CHOICE);
});
