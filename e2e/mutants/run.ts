/**
 * `npm run mutants`: each fault of `mutants.ts` in a copy of the sources, and the test that has to fail for it. Exit code 1
 * where one survives, where its place is not found any more, or where a test fails without it.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MUTANTS, type Mutant } from './mutants.ts';

const root = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'headcount-mutants-'));
/** cases of a property; enough for the rarest of the faults */
const env = { ...process.env, AGREEMENT_RUNS: '20000', PROPERTY_RUNS: '400', NO_COLOR: '1' };

function copySources(): void {
  for (const part of ['lib', 'ingest', 'package.json', 'tsconfig.json']) {
    cpSync(join(root, part), join(folder, part), { recursive: true });
  }
  for (const file of ['vitest.config.ts', 'property-seed.ts']) {
    cpSync(join(root, 'e2e', file), join(folder, 'e2e', file));
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
}

/** Whether the tests of that name pass. */
function passes([file, name]: Mutant['test']): boolean {
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const args = [vitest, 'run', '--config', 'e2e/vitest.config.ts', '--bail', '1', file, '-t', name];
  const ran = spawnSync(process.execPath, args, { cwd: folder, env, encoding: 'utf8' });
  if (!/Tests .*(passed|failed)/.test(ran.stdout)) {
    throw new Error(`A test named "${name}" was expected in ${file}, and none ran:\n${ran.stdout}${ran.stderr}`);
  }
  return ran.status === 0;
}

/** null: killed; else what is wrong. */
function survives({ file, from, to, test }: Mutant): string | null {
  const path = join(folder, file);
  const source = readFileSync(path, 'utf8');
  if (source.split(from).length !== 2) return `its place is not found once in ${file}: look where it went`;
  writeFileSync(
    path,
    source.replace(from, () => to),
  );
  const passed = passes(test);
  writeFileSync(path, source);
  return passed ? `no test noticed it; "${test[1]}" of ${test[0]} should` : null;
}

const only = process.argv[2];
let alive = 0;
try {
  copySources();
  for (const mutant of MUTANTS) {
    if (only !== undefined && !mutant.name.includes(only)) continue;
    const trouble = survives(mutant);
    if (trouble !== null) alive++;
    console.log(
      `${trouble === null ? 'killed  ' : 'SURVIVES'}  ${mutant.name}${trouble === null ? '' : `: ${trouble}`}`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(alive === 0 ? 'every fault was noticed' : `${alive} not noticed`);
process.exitCode = alive === 0 ? 0 : 1;
