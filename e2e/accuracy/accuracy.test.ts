/** The small form of `npm run accuracy`: few evenings of few listeners, so the goals are wider. */
import { expect, it } from 'vitest';
import { populationOf } from './population.ts';
import { runJob } from './run-job.ts';
import { quantile } from './table.ts';

const EVENINGS = 12;
/** Seeds that no threshold was chosen by. */
const FIRST_SEED = 9_001;
const LARGEST = 600;

it('most crashes of small rooms are found, soon and at the right second, and next to nothing else is', () => {
  const evenings = populationOf({ streams: EVENINGS, firstSeed: FIRST_SEED, largest: LARGEST });
  const scores = evenings.map((options) => runJob({ kind: 'own', id: options.broadcast ?? '', options }).product);
  const truths = scores.flatMap((score) => score.truths);
  const found = truths.filter((truth) => truth.found);
  const hours = scores.reduce((sum, score) => sum + score.hours, 0);
  const wrong = scores.reduce((sum, score) => sum + score.falseAt.length - score.small, 0);
  const at = (of: 'delay' | 'onsetError' | 'lostMinutesError', q: number) =>
    quantile(
      found.map((truth) => truth[of]).filter((value) => value !== null),
      q,
    );
  expect(truths.length).toBeGreaterThan(5);
  expect(found.length / truths.length).toBeGreaterThan(0.9);
  expect((24 * wrong) / hours).toBeLessThan(1.5);
  expect(at('delay', 0.5)).toBeLessThan(5);
  expect(at('onsetError', 0.5)).toBeLessThan(1.5);
  expect(at('lostMinutesError', 0.5)).toBeLessThan(0.2);
});
