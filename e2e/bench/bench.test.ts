import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

describe('the bench, in its small form', () => {
  it('measures every part and says a line of each', { timeout: 900_000 }, () => {
    const ran = spawnSync(
      process.execPath,
      ['--expose-gc', '--import', 'tsx', join(import.meta.dirname, 'bench.ts'), '--small'],
      { encoding: 'utf8' },
    );
    expect(ran.stderr).toBe('');
    expect(ran.status).toBe(0);
    for (const part of [
      'reading, ',
      'replay of ',
      'counting at ',
      'counting 1,000 broadcasts',
      'memory at ',
      'checkpoint at ',
    ]) {
      expect(ran.stdout).toContain(part);
    }
    expect(ran.stdout).toMatch(/draining .* ingest, everything on: [\d,]+ records\/s|No Kafka/);
    expect(ran.stdout).not.toMatch(/NaN|Infinity|null/);
  });
});
