/** SQLite and PostgreSQL keep the same promises. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe } from 'vitest';
import { openPostgres } from '../../e2e/postgres.ts';
import { claimsContract } from './claims-contract.ts';
import { outlineContract } from './outline-contract.ts';
import { pageContract } from './page-contract.ts';
import { storeContract } from './store-contract.ts';
import { thinnedContract } from './thinned-contract.ts';
import { windowReadsContract } from './window-reads-contract.ts';

const postgres = await openPostgres();
const folder = mkdtempSync(join(tmpdir(), 'headcount-contract-'));
let made = 0;

afterAll(async () => {
  rmSync(folder, { recursive: true });
  if ('stop' in postgres) await postgres.stop();
});

function allContracts(empty: () => Promise<string>): void {
  storeContract(empty);
  claimsContract(empty);
  windowReadsContract(empty);
  thinnedContract(empty);
  outlineContract(empty);
  pageContract(empty);
}

describe('SQLite', () => allContracts(async () => `sqlite:${join(folder, `${made++}.db`)}`));

describe.skipIf('skipped' in postgres)('PostgreSQL', () =>
  allContracts(async () => {
    if ('skipped' in postgres) throw new Error(postgres.skipped);
    return postgres.database();
  }),
);
