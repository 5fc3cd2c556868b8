import { expect, it } from 'vitest';
import { measureClients } from './bench/clients.ts';

it('two hundred open live pages get each second within a second, and none of them is lost', async () => {
  const { frames, p99, lost } = await measureClients(200, 6_000);
  expect(frames).toBeGreaterThan(200 * 3);
  expect(p99).toBeLessThan(1_000);
  expect(lost).toBe(0);
}, 120_000);
