import { afterAll, describe, expect, it } from 'vitest';
import { openBroker } from '../broker.ts';
import { cleanUp } from '../product.ts';
import { soak } from './soak.ts';

const broker = await openBroker({ own: true });

afterAll(async () => {
  await cleanUp();
  if ('stop' in broker) await broker.stop();
});

describe.skipIf('skipped' in broker)('a soak, in its small form', () => {
  it('every part is restarted while records flow, and all that has to hold holds', { timeout: 600_000 }, async () => {
    if ('skipped' in broker) return;
    const checks = await soak({
      ...{ broker, seconds: 12, perSecond: 2_000, speed: 40, showSeconds: 150 },
      ...{ rounds: 1, atMostSeconds: Number.POSITIVE_INFINITY, say: () => {} },
    });
    expect(checks.filter(({ holds }) => !holds)).toEqual([]);
    expect(checks.length).toBeGreaterThan(12);
  });
});
