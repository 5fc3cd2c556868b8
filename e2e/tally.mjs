/** What was run, added up. */
import { relative } from 'node:path';

/** @typedef {{ passed: number, failed: number, skipped: number, failures: string[] }} Tally */

/**
 * From vitest's JSON report. A file that could not even be loaded, a missing report, and a bad exit code without a
 * failed test (an error outside all tests) each count as one failure.
 * @returns {Tally}
 */
export function tallyOf(name, report, exitCode, root) {
  if (report === null) return { passed: 0, failed: 1, skipped: 0, failures: [`${name}: ended before it could report`] };
  const tally = { passed: 0, failed: 0, skipped: 0, failures: [] };
  for (const file of report.testResults) {
    const path = relative(root, file.name);
    for (const test of file.assertionResults) {
      if (test.status === 'passed') tally.passed += 1;
      else if (test.status === 'failed') {
        tally.failed += 1;
        tally.failures.push(`${path}: ${test.fullName}`);
      } else tally.skipped += 1;
    }
    if (file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed')) {
      tally.failed += 1;
      tally.failures.push(`${path}: ${firstLine(file.message)}`);
    }
  }
  if (exitCode !== 0 && tally.failed === 0) {
    tally.failed = 1;
    tally.failures.push(`${name}: an error outside all tests (see above)`);
  }
  if (exitCode === 0 && tally.passed + tally.skipped === 0) {
    tally.failed = 1;
    tally.failures.push(`${name}: no test was found`);
  }
  return tally;
}

/** @param {Tally[]} tallies @returns {Tally} */
export function sum(tallies) {
  return tallies.reduce(
    (all, each) => ({
      passed: all.passed + each.passed,
      failed: all.failed + each.failed,
      skipped: all.skipped + each.skipped,
      failures: [...all.failures, ...each.failures],
    }),
    { passed: 0, failed: 0, skipped: 0, failures: [] },
  );
}

/** @param {Tally} total */
export function lastLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

function firstLine(text) {
  return (text ?? '').split('\n')[0] || 'could not be loaded (see above)';
}
