import { describe, expect, it } from 'vitest';
import { lastLine, sum, tallyOf } from './tally.mjs';

const passed = { status: 'passed', fullName: 'counts' };
const failed = { status: 'failed', fullName: 'forgets' };
const file = (status: string, assertionResults: object[], message = '') => ({
  name: '/checkout/lib/a.test.ts',
  status,
  message,
  assertionResults,
});

describe('the tally', () => {
  it('counts what passed, failed and was not run', () => {
    const results = [
      passed,
      failed,
      { status: 'skipped', fullName: 'later' },
      { status: 'todo', fullName: 'some day' },
    ];
    const tally = tallyOf('unit', { testResults: [file('failed', results)] }, 1, '/checkout');
    expect(tally).toEqual({ passed: 1, failed: 1, skipped: 2, failures: ['lib/a.test.ts: forgets'] });
  });
  it('counts a file that cannot be loaded as a failure', () => {
    const tally = tallyOf('unit', { testResults: [file('failed', [], 'Cannot find x\n at y')] }, 1, '/checkout');
    expect(tally.failures).toEqual(['lib/a.test.ts: Cannot find x']);
  });
  it('counts an error outside all tests as a failure', () => {
    expect(tallyOf('unit', { testResults: [file('passed', [passed])] }, 1, '/checkout').failed).toBe(1);
  });
  it('counts a missing report, and one without tests, as a failure', () => {
    expect(tallyOf('unit', null, 0, '/checkout').failed).toBe(1);
    expect(tallyOf('unit', { testResults: [] }, 0, '/checkout').failed).toBe(1);
  });
  it('ends in one plain line', () => {
    const one = { passed: 1, failed: 2, skipped: 3, failures: ['a'] };
    expect(lastLine(sum([one, one]))).toBe('2 passed, 4 failed, 6 skipped');
  });
});
