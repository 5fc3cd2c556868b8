import { describe, expect, it } from 'vitest';
import {
  asExitCode,
  choiceOption,
  instantOption,
  numberOption,
  parseCommand,
  UsageError,
  wantsHelp,
} from './arguments.ts';

const options = { to: { type: 'string' }, truth: { type: 'string' }, quiet: { type: 'boolean' } } as const;

describe('parseCommand', () => {
  it('returns options and positionals', () => {
    const parsed = parseCommand(['launch', '--to', '-', '--quiet'], options, ['SCENARIO']);
    expect(parsed.positionals).toEqual(['launch']);
    expect(parsed.values.to).toBe('-');
    expect(parsed.values.quiet).toBe(true);
  });

  it.each([
    [['launch', '--nope'], "Unknown option '--nope'"],
    [['launch', '--to'], "Option '--to <value>' argument missing"],
    [[], 'SCENARIO is missing'],
    [['launch', 'calm'], '"calm" is one argument too many'],
  ])('refuses %j in one sentence', (args, sentence) => {
    expect(() => parseCommand(args, options, ['SCENARIO'])).toThrow(new UsageError(sentence));
  });

  it('lets a bracketed positional be left out', () => {
    expect(parseCommand([], options, ['[FILE]']).positionals).toEqual([]);
  });
});

describe('option values', () => {
  it('reads numbers within their range', () => {
    expect(numberOption('minutes', '1.5', { min: 1, max: 10 })).toBe(1.5);
    expect(numberOption('minutes', undefined, { min: 1, max: 10 })).toBeUndefined();
  });

  it.each(['', 'ten', '0', '11', '1e999', 'NaN'])('refuses the number "%s"', (text) => {
    expect(() => numberOption('minutes', text, { min: 1, max: 10 })).toThrow(
      /^--minutes must be a number from 1 to 10/,
    );
  });

  it('refuses a fraction where a whole number is asked', () => {
    expect(() => numberOption('seed', '1.5', { min: 0, max: 10, integer: true })).toThrow(/whole number/);
  });

  it.each([
    ['2023-05-24T22:00:00Z', 1684965600000],
    ['2023-05-24T22:00:00', 1684965600000],
    ['2023-05-24T18:00:00-04:00', 1684965600000],
    ['1684965600000', 1684965600000],
  ])('reads the instant %s', (text, at) => {
    expect(instantOption('start', text)).toBe(at);
  });

  it('refuses what is no time', () => {
    expect(() => instantOption('start', 'tomorrow')).toThrow(/^--start must be a time such as/);
  });

  it('names the choices', () => {
    expect(choiceOption('format', 'md', ['json', 'md'])).toBe('md');
    expect(() => choiceOption('format', 'doc', ['json', 'md'])).toThrow('--format must be one of json, md, not "doc"');
  });
});

describe('asExitCode', () => {
  async function run(body: () => Promise<number>) {
    let text = '';
    const code = await asExitCode('simulate', body, { write: (part: string) => (text += part) });
    return { code, text };
  }

  it('passes the code of a body that ends well', async () => {
    expect(await run(async () => 0)).toEqual({ code: 0, text: '' });
  });

  it('says what a database says of itself with what to do next', async () => {
    const damaged = async () => {
      throw Object.assign(new Error('database disk image is malformed'), { code: 'SQLITE_CORRUPT_VTAB' });
    };
    expect(await run(damaged)).toEqual({
      code: 1,
      text: 'headcount simulate: The store is damaged (database disk image is malformed): take a copy from before, or replay the logs into another store.\n',
    });
  });

  it('says wrong usage in one sentence with a hint, code 2', async () => {
    const wrong = async () => {
      throw new UsageError('--to is missing');
    };
    expect(await run(wrong)).toEqual({
      code: 2,
      text: 'headcount simulate: --to is missing. See `headcount simulate --help`.\n',
    });
  });

  it('says any other failure in one sentence, code 1', async () => {
    const broken = async () => {
      throw new Error('The disk is full.');
    };
    expect(await run(broken)).toEqual({ code: 1, text: 'headcount simulate: The disk is full.\n' });
  });
});

it('finds a call for help before a lone --', () => {
  expect(wantsHelp(['launch', '--help'])).toBe(true);
  expect(wantsHelp(['-h'])).toBe(true);
  expect(wantsHelp(['--', '--help'])).toBe(false);
});
