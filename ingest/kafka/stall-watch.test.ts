import { expect, it } from 'vitest';
import { stallWatch } from './stall-watch.ts';

it('calls a consumer stalled after the limit without a sign of life', () => {
  const watch = stallWatch(30_000, 0);
  expect(watch.stalled(30_000)).toBe(false);
  expect(watch.stalled(30_001)).toBe(true);
  watch.seen(30_001);
  expect(watch.stalled(60_001)).toBe(false);
});

it('does not count the time in which a batch is being worked on', () => {
  const watch = stallWatch(30_000, 0);
  watch.busy(1000);
  expect(watch.stalled(500_000)).toBe(false);
  watch.idle(500_000);
  expect(watch.stalled(530_000)).toBe(false);
  expect(watch.stalled(530_001)).toBe(true);
});
