import { describe, expect, it } from 'vitest';
import { UsageError } from './arguments.ts';
import { run } from './export.ts';

describe('nothing that was asked of an export is passed over', () => {
  it.each([
    [
      'ids to be hidden in a file that cannot hide them',
      ['events', 'x', '--pseudonymise', 'key'],
      'belongs to `export stays`',
    ],
    ['ids to be hidden without a key', ['stays', 'x', '--pseudonymise', ''], '--pseudonymise needs a key'],
    ['a step of what has no steps', ['stays', 'x', '--step', '10s'], 'belongs to `export series`'],
    ['a room of what is of all rooms', ['crashes', 'x', '--room'], 'belongs to `export series`'],
    ['late ones among rows', ['series', 'x', '--all'], 'belongs to `export events`'],
    ['rejected records as a table', ['events', 'x', '--all', '--format', 'csv'], 'needs --format ndjson, not csv'],
    [
      'an end before its beginning',
      ['stays', 'x', '--from', '2024-01-02', '--to', '2024-01-01'],
      '--from must be before',
    ],
  ])('%s', async (_, args, says) => {
    const refused = run(args);
    await expect(refused).rejects.toBeInstanceOf(UsageError);
    await expect(refused).rejects.toThrow(says);
  });
});
