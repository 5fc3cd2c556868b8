/**
 * `npm test`: every check of the project in turn, each to its end even where an earlier one failed, and one last line
 * `N passed, N failed, N skipped`. Exit code 1 where something failed, 130 after Ctrl-C.
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastLine, sum, tallyOf } from './tally.mjs';

const root = join(import.meta.dirname, '..');
const bin = (name) => join(root, 'node_modules', '.bin', name);
const folder = mkdtempSync(join(tmpdir(), 'headcount-tests-'));
/** Inherited by all that is started from here, so that nothing of it is left at the end. */
const mark = randomUUID();

let child = null;
let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    interrupted = true;
    endGroup(signal);
  });
}
process.on('exit', () => {
  endGroup('SIGKILL');
  endMarked();
  rmSync(folder, { recursive: true, force: true });
});

/** Its own group, so that what it starts ends with it. */
function run(command, args) {
  return new Promise((resolve) => {
    child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...(process.stdout.isTTY ? {} : { NO_COLOR: '1' }), HEADCOUNT_E2E_MARK: mark },
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: true,
    });
    child.once('error', (error) => {
      console.error(`${command} cannot be started (${error.message}): run npm ci first.`);
      child = null;
      resolve(1);
    });
    child.once('close', (code) => {
      endGroup('SIGKILL');
      child = null;
      resolve(code ?? 1);
    });
  });
}

function endGroup(signal) {
  if (child?.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // it has ended already
  }
}

/** Products under test run in groups of their own. */
function endMarked() {
  if (!existsSync('/proc/self/environ')) return;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (readFileSync(`/proc/${pid}/environ`, 'latin1').includes(mark)) process.kill(Number(pid), 'SIGKILL');
    } catch {
      // it has ended, or is another user's
    }
  }
}

/** A check that passes or fails as one test. */
async function check(name, command, args) {
  const code = await run(command, args);
  return code === 0
    ? { passed: 1, failed: 0, skipped: 0, failures: [] }
    : { passed: 0, failed: 1, skipped: 0, failures: [`${name} (see above)`] };
}

async function vitest(name, config) {
  const file = join(folder, `${name}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const code = await run(bin('vitest'), ['run', '--config', config, ...reporters]);
  let report = null;
  try {
    report = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // no report is a failure, which the tally says
  }
  return tallyOf(name, report, code, root);
}

const steps = [
  ['Style', () => check('biome check', bin('biome'), ['check', '.'])],
  ['Types', () => check('tsc --noEmit', bin('tsc'), ['--noEmit'])],
  ['Unit, property and Kafka tests', () => vitest('vitest', 'e2e/vitest.config.ts')],
  ['The running product, in a browser', () => vitest('browser tests', 'e2e/browser.config.ts')],
];

const tallies = [];
for (const [title, step] of steps) {
  if (interrupted) break;
  console.log(`\n== ${title}`);
  const startedAt = performance.now();
  tallies.push(await step());
  console.log(`== ${title}: ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
}

const total = sum(tallies);
if (total.failures.length > 0) console.log(`\nWhat failed:\n${total.failures.map((each) => `  ${each}`).join('\n')}\n`);
if (interrupted) console.log('\nInterrupted: what came after was not run.\n');
console.log(lastLine(total));
process.exitCode = interrupted ? 130 : total.failed > 0 ? 1 : 0;
