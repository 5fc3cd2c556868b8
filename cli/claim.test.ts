import { describe, expect, it } from 'vitest';
import { asExitCode } from './arguments.ts';
import { run } from './claim.ts';

async function attempt(args: string[]): Promise<{ code: number; text: string }> {
  let text = '';
  const code = await asExitCode('claim', () => run([...args, '--store', 'sqlite::memory:']), {
    write: (part: string) => (text += part),
  });
  return { code, text };
}

describe('claim', () => {
  it.each([
    [['launch'], 2, '"TEXT" is missing'],
    [['launch', 'x'], 2, '--value is missing'],
    [['launch', 'x', '--value', '1'], 2, '--kind is missing'],
    [['launch', 'x', '--value', '1', '--kind', 'clicks'], 2, '--kind must be one of peak, connected,'],
    [
      ['launch', 'x', '--value', '1', '--kind', 'peak', '--at', '2023-05-24', '--segment', 'y'],
      2,
      'cannot be given together',
    ],
    [['launch', ' ', '--value', '1', '--kind', 'peak'], 2, 'TEXT must have 1 to 280 characters'],
    [['launch', 'x', '--value', '1', '--kind', 'peak'], 1, 'The store has no broadcast "launch"'],
  ])('answers %j with exit code %i and one sentence', async (args, code, sentence) => {
    const answer = await attempt(args);
    expect(answer.code).toBe(code);
    expect(answer.text).toContain(sentence);
  });
});
