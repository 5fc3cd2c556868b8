import { describe, expect, it } from 'vitest';
import { asExitCode } from './arguments.ts';
import { run } from './chart.ts';

async function attempt(args: string[]): Promise<{ code: number; text: string }> {
  let text = '';
  const code = await asExitCode('chart', () => run([...args, '--store', 'sqlite::memory:']), {
    write: (part: string) => (text += part),
  });
  return { code, text };
}

describe('chart', () => {
  it.each([
    [[], 2, 'BROADCAST is missing'],
    [['launch', '--format', 'gif'], 2, '--format must be one of svg, png'],
    [['launch', '--width', '10'], 2, '--width must be a whole number from 240'],
    [['launch', '--theme', 'pink'], 2, '--theme must be one of light, dark'],
    [['launch', '--align', 'peak'], 2, '--align needs --compare'],
    [['launch', '--from', '2023-01-02T00:00:00Z', '--to', '2023-01-01T00:00:00Z'], 2, '--from must be before --to'],
    [['launch'], 1, 'The store has no broadcast "launch"'],
  ])('answers %j with exit code %i and one sentence', async (args, code, sentence) => {
    const answer = await attempt(args);
    expect(answer.code).toBe(code);
    expect(answer.text).toContain(sentence);
  });
});
