import { expect, it } from 'vitest';
import { holeAt } from './topic-offsets.ts';

const range = { low: 30, high: 100 };

it.each([30, 64, 100])('lets reading go on at %i of 30 to 100', (start) => {
  expect(holeAt('t', 0, start, range)).toBeNull();
});

it.each([
  [29, 'so 1 record was deleted before being read. Raise retention.ms'],
  [10, 'has to go on at offset 10, and the broker has nothing before 30, so 20 records were deleted'],
  [101, 'the topic ends at 100, so 1 record that was read is no longer in it'],
])('does not let it go on at %i', (start, words) => {
  expect(holeAt('t', 3, start, range)).toContain(words);
  expect(holeAt('t', 3, start, range)).toContain('Topic t, partition 3: ');
});
