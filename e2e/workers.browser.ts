import { afterAll, describe, expect, it } from 'vitest';
import { openBroker } from './broker.ts';
import { openPostgres } from './postgres.ts';
import { cleanUp } from './product.ts';
import { runWorkers } from './workers.ts';

const [broker, postgres] = await Promise.all([openBroker(), openPostgres()]);

afterAll(async () => {
  await cleanUp();
  if ('stop' in broker) await broker.stop();
  if ('stop' in postgres) await postgres.stop();
});

describe.skipIf('skipped' in broker || 'skipped' in postgres)('ingest processes on one store', () => {
  it('come, are killed and go, and what is counted in the end is what one would have counted', async () => {
    if ('skipped' in broker || 'skipped' in postgres) return;
    const result = await runWorkers({
      ...{ broker, postgres, scenario: 'silent', listeners: 700, minutes: 12, partitions: 6 },
      ...{ perSecond: 1_000, between: 1_500, dashboard: true, say: () => {} },
    });
    expect(result.differing.slice(0, 5)).toEqual([]);
    expect(result.compared).toBeGreaterThan(12 * 60 - 5);
    expect(result.moves).toHaveLength(4);
    // whoever vanished is missed after 6 s: until then the page stands still, and no number leaves his partitions out
    expect(result.furthestOff).toBeLessThan(0.02);
    expect(result.said).not.toContain('refused a statement');
  }, 240_000);
});
