import { afterAll, describe, expect, it } from 'vitest';
import { openBroker } from '../broker.ts';
import { cleanUp } from '../product.ts';
import { crashDelays, type Evening } from './crash-delay.ts';

const broker = await openBroker({ own: true });

afterAll(async () => {
  await cleanUp();
  if ('stop' in broker) await broker.stop();
});

describe.skipIf('skipped' in broker)('/metrics behind a real Kafka', () => {
  // again where the machine was too busy to play in time
  it('tells of a crash within 10 s of its onset, of a silent one within a heartbeat period and 15 s', {
    retry: 2,
  }, async () => {
    if ('skipped' in broker) throw new Error(broker.skipped);
    const evenings: Evening[] = [
      { scenario: 'crash', seed: 1, listeners: 500, heartbeatMs: 10_000 },
      { scenario: 'silent', seed: 2, listeners: 500, heartbeatMs: 10_000 },
    ];
    const told = await crashDelays(broker, evenings, 12_000);
    for (const { name, afterSeconds, limitSeconds } of told) {
      expect(afterSeconds ?? Number.POSITIVE_INFINITY, name).toBeGreaterThan(0);
      expect(afterSeconds ?? Number.POSITIVE_INFINITY, name).toBeLessThan(limitSeconds);
    }
  });
});
