import { expect, it } from 'vitest';
import { isPlatformWide } from './platform-wide.ts';

it.each<[string, Record<string, number[]>, boolean]>([
  ['alone', { a: [100] }, false],
  ['with one other', { a: [100], b: [100] }, false],
  ['with two others in the same second', { a: [100], b: [100], c: [100] }, true],
  ['first of three within ten seconds', { a: [100], b: [105], c: [110] }, true],
  ['last of three within ten seconds', { a: [100], b: [90], c: [91] }, true],
  ['between two that are further apart than that', { a: [100], b: [94], c: [105] }, false],
  ['one of three within eleven seconds', { a: [100], b: [105], c: [111] }, false],
  ['with two windows of one other', { a: [100], b: [95, 104] }, false],
  ['with others at another time', { a: [100], b: [300], c: [300], d: [301] }, false],
])('a window %s', (_, seconds, expected) => {
  const onsets = Object.entries(seconds).flatMap(([broadcast, at]) =>
    at.map((second) => ({ broadcast, onsetAt: second * 1000 })),
  );
  expect(isPlatformWide(100_000, onsets)).toBe(expected);
});
