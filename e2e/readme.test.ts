import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanUp, headcount, newFolder, output, ROOT } from './product.ts';

const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

/** The contents of its fenced blocks of one language. */
function blocks(language: string): string[] {
  return [...README.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].flatMap(([, name, text]) =>
    name === language && text !== undefined ? [text] : [],
  );
}

/** The commands of its shell blocks, without the settings before them. */
const COMMANDS = blocks('sh')
  .flatMap((block) => block.trim().split('\n'))
  .flatMap((line) => line.split(' && '))
  .map((command) => ({ command: command.replace(/^([A-Z_]+=\S+ )+/, ''), withSettings: /^[A-Z_]+=/.test(command) }));

/** Words of a command line; double quotes keep blanks together. */
function words(command: string): string[] {
  return [...command.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '');
}

const OURS = COMMANDS.filter(({ command }) => command.startsWith('npx headcount ')).map((each) => ({
  ...each,
  args: words(each.command).slice(2),
}));

let folder: string;
beforeAll(async () => {
  folder = await newFolder();
});
afterAll(cleanUp);

describe('the README', () => {
  it('has commands to run', () => {
    expect(OURS.length).toBeGreaterThan(8);
    expect(COMMANDS.map(({ command }) => command)).toEqual(expect.arrayContaining(['npm ci', 'npm start', 'npm test']));
  });

  it('names scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const named = [...README.matchAll(/\bnpm (?:run ([a-z-]+)|(start|test))\b/g)].map(
      (match) => match[1] ?? match[2] ?? '',
    );
    expect(named.length).toBeGreaterThan(4);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  it('names files that exist', () => {
    const quoted = [...README.replace(/^```[\s\S]*?^```$/gm, '').matchAll(/`([^`\s]+)`/g)].map(
      (match) => match[1] ?? '',
    );
    const linked = [...README.matchAll(/\]\(([^)#]+)\)/g)].map((match) => match[1] ?? '');
    const paths = [...quoted.filter((text) => /^[\w.][\w.-]*\/|\.(ts|tsx|md|json|example)$/.test(text)), ...linked];
    const made = ['data/headcount.db'];
    // a name without a folder stands for a kind of file, e.g. page.tsx
    const missing = paths.filter(
      (path) => !/^https?:/.test(path) && !made.includes(path) && path !== 'page.tsx' && !existsSync(join(ROOT, path)),
    );
    expect(paths.length).toBeGreaterThan(15);
    expect(missing).toEqual([]);
  });

  it('names settings that exist, with their defaults', () => {
    const example = readFileSync(join(ROOT, '.env.example'), 'utf8');
    const named = new Set(README.match(/\b(HEADCOUNT|KAFKA)_[A-Z_]+\b/g));
    // of those who work on the program
    named.delete('HEADCOUNT_TEST_POSTGRES');
    expect([...named].filter((name) => !example.includes(`\n${name}=`))).toEqual([]);
    expect(example).toContain('KAFKA_TOPIC=broadcast-events\n');
    expect(example).toContain('HEADCOUNT_PORT=3000\n');
    expect(example).toContain('HEADCOUNT_METRICS_PORT=9464\n');
  });

  it('shows events that are accepted, and counts them as it says', async () => {
    const [events = ''] = blocks('json');
    await writeFile(join(folder, 'events.ndjson'), events);
    await output(['replay', 'events.ndjson'], { folder });
    const report = JSON.parse(await output(['report', 'launch-night', '--format', 'json'], { folder }));
    const lines = events.trim().split('\n').length;
    expect(report).toMatchObject({ title: 'Launch night', unique: 1, joins: 2, connections: 2 });
    expect(report.quality).toMatchObject({ events: lines, duplicates: 0, late: 0, rejected: {} });
    expect(report.leaves).toMatchObject({ error: 1, left: 1 });
  });

  it.each(OURS.filter(({ withSettings }) => !withSettings))('$command', async ({ args }) => {
    const { code, stderr } = await headcount(args, { folder, timeout: 110_000 });
    expect({ code, stderr }).toMatchObject({ code: 0 });
  });

  it.each(OURS.filter(({ withSettings }) => withSettings))(
    '$command: a command with these options',
    async ({ args }) => {
      const help = await output([args[0] ?? '', '--help'], { folder });
      for (const option of args.filter((arg) => arg.startsWith('--'))) expect(help).toContain(option);
    },
  );
});
