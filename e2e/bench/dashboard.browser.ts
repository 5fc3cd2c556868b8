import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findChromium } from '../browser.ts';

describe.skipIf('skipped' in findChromium())('the bench of the pages, in its small form', () => {
  it('keeps first loads small, quick and still, and says how long an update and an event take', {
    timeout: 300_000,
  }, () => {
    const ran = spawnSync(
      process.execPath,
      ['--import', 'tsx', join(import.meta.dirname, 'bench.ts'), '--small', '--part=dashboard'],
      { encoding: 'utf8' },
    );
    expect(ran.stderr).toBe('');
    expect(ran.status).toBe(0);
    const loads = [...ran.stdout.matchAll(/^first load of (\S+): (\d+) KB .* paint (\d+) ms .* shift ([\d.]+)/gm)];
    expect(loads.length).toBeGreaterThanOrEqual(7);
    for (const [, page, kilobytes, , shift] of loads) {
      expect([page, Number(kilobytes) <= 300]).toEqual([page, true]);
      expect([page, Number(shift)]).toEqual([page, 0]);
    }
    expect(ran.stdout).toMatch(/live update of 4 charts of 600 points and 4 series, .* 95th percentile [\d.]+ ms/);
    expect(ran.stdout).toMatch(/event to pixel through Kafka at [\d,]+ events\/s|No Kafka/);
    expect(ran.stdout).not.toMatch(/NaN|Infinity|null/);
  });
});
