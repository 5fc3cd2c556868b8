import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from './product.ts';

/** Every file of the project: what is tracked, and what would be. */
const FILES = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '' && existsSync(join(ROOT, path)));

const CODE = FILES.filter((path) => /\.(ts|tsx|mjs|js)$/.test(path));
const isTest = (path: string): boolean => /\.(test|browser)\.tsx?$/.test(path);

interface Import {
  from: string;
  /** a path of the project for relative imports, else the name as written */
  to: string;
  relative: boolean;
}

const IMPORTS: Import[] = CODE.flatMap((from) => {
  const text = readFileSync(join(ROOT, from), 'utf8');
  const found = text.matchAll(
    /(?:^|\n)\s*(?:import|export)\b[^'";]*?from\s*'([^']+)'|\bimport\(\s*'([^']+)'|(?:^|\n)import\s+'([^']+)'/g,
  );
  return [...found].map((match) => {
    const name = match[1] ?? match[2] ?? match[3] ?? '';
    const relative = name.startsWith('.');
    return { from, to: relative ? normalize(join(dirname(from), name)) : name, relative };
  });
});

/** The imports that start in one place and do not lead where they may, as `from → to`. */
function astray(starts: (path: string) => boolean, may: (to: Import) => boolean): string[] {
  return IMPORTS.filter((each) => starts(each.from) && !may(each)).map(({ from, to }) => `${from} → ${to}`);
}

const within =
  (...folders: string[]) =>
  (path: string) =>
    folders.some((folder) => path.startsWith(folder));

describe('imports point in one direction', () => {
  it('there are imports to look at', () => {
    expect(IMPORTS.filter(({ from }) => within('lib/')(from)).length).toBeGreaterThan(50);
  });

  it('the counting core imports nothing but itself: no package, no clock, no environment', () => {
    const core = (path: string) => within('lib/')(path) && !within('lib/store/', 'lib/export/')(path) && !isTest(path);
    const testing = (path: string) => SERVES_TESTS.some((end) => path.endsWith(end));
    expect(
      astray(core, ({ from, to, relative }) => (relative ? within('lib/')(to) : testing(from) && to === 'fast-check')),
    ).toEqual([]);
    const reads = /\bprocess\.|\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bperformance\.now\(/;
    expect(CODE.filter((path) => core(path) && reads.test(code(path)))).toEqual([]);
  });

  it('lib imports nothing of the programs around it', () => {
    const server = (from: string, to: string) => isTest(from) && to === 'e2e/postgres.ts';
    expect(
      astray(within('lib/'), ({ from, to, relative }) => !relative || within('lib/')(to) || server(from, to)),
    ).toEqual([]);
  });

  it('ingest and app never import each other, nor the command line', () => {
    expect(
      astray(
        within('ingest/'),
        ({ to, relative }) => !relative || within('ingest/', 'lib/', 'e2e/broker.ts', 'e2e/postgres.ts')(to),
      ),
    ).toEqual([]);
    expect(astray(within('app/'), ({ to, relative }) => !relative || within('app/', 'lib/')(to))).toEqual([]);
  });

  it('tests of the running product import nothing of it', () => {
    const starts = (path: string) => within('e2e/')(path) && !within('e2e/accuracy/', 'e2e/bench/')(path);
    expect(astray(starts, ({ to, relative }) => !relative || within('e2e/')(to))).toEqual([]);
  });

  it('only tests import what serves tests', () => {
    const serves = (path: string) =>
      isTest(path) || within('e2e/')(path) || SERVES_TESTS.some((end) => path.endsWith(end));
    const program = (path: string) => within('lib/', 'ingest/', 'cli/', 'app/')(path) && !serves(path);
    const forTests = ['vitest', 'fast-check', 'playwright', 'axe-core'];
    expect(astray(program, ({ to, relative }) => (relative ? !serves(to) : !forTests.includes(to)))).toEqual([]);
  });

  it('every package is one of package.json', () => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const known = new Set([...Object.keys(dependencies), ...Object.keys(devDependencies), 'server-only']);
    const packageOf = (name: string) =>
      name
        .split('/')
        .slice(0, name.startsWith('@') ? 2 : 1)
        .join('/');
    expect(
      astray(
        () => true,
        ({ to, relative }) => relative || to.startsWith('node:') || known.has(packageOf(to)),
      ),
    ).toEqual([]);
    expect(IMPORTS.filter(({ to }) => builtinModules.includes(to))).toEqual([]);
  });

  it('relative imports name the file with its ending', () => {
    expect(
      astray(
        () => true,
        ({ to, relative }) => !relative || existsSync(join(ROOT, to)),
      ),
    ).toEqual([]);
  });
});

/** kept beside the code they serve, and no part of the program */
const SERVES_TESTS = [
  '/arbitrary.ts',
  '/odd-lines.ts',
  '/agreement.ts',
  '/memory-store.ts',
  '/test-engine.ts',
  '/made-broadcast.ts',
  '/plain-cost.ts',
  '-contract.ts',
];

describe('the house', () => {
  it('has at the top only what must be there', () => {
    const top = new Set(FILES.map((path) => path.split('/')[0]));
    const reasons: Record<string, string> = {
      '.ci': 'what a bare machine runs',
      '.editorconfig': 'how files are written',
      '.env.example': 'every setting with its default',
      '.gitignore': 'what is not the project',
      'CHANGELOG.md': 'what changed for users',
      'README.md': 'the door',
      app: 'the dashboard',
      'biome.json': 'style, checked',
      cli: 'one file a command',
      docs: 'pictures and pages of the documentation',
      e2e: 'the running product, tested',
      ingest: 'events in',
      'instrumentation.ts': 'read by Next.js there',
      lib: 'what numbers mean',
      LICENSE: 'what others may do with it',
      'next.config.js': 'read by Next.js there',
      'package.json': 'read by npm there',
      'package-lock.json': 'read by npm there',
      'postcss.config.mjs': 'read by the CSS build there',
      'proxy.ts': 'read by Next.js there',
      'tsconfig.json': 'read by TypeScript there',
    };
    expect([...top].filter((name) => name !== undefined && !(name in reasons))).toEqual([]);
    for (const name of ['.env.example', '.editorconfig', 'README.md', 'CHANGELOG.md', 'biome.json']) {
      expect(top).toContain(name);
    }
  });

  it('names files in kebab case, after a question and not after a drawer', () => {
    const name = (path: string) => path.split('/').at(-1) ?? '';
    expect(CODE.filter((path) => !/^[a-z0-9-]+(\.(test|browser|config))?\.(ts|tsx|mjs|js)$/.test(name(path)))).toEqual(
      [],
    );
    expect(CODE.filter((path) => /^(utils?|helpers?|types|constants|index|common|misc)\./.test(name(path)))).toEqual(
      [],
    );
  });

  it('switches no check of types off, and uses no enum', () => {
    const escapes = /@ts-(ignore|nocheck)|^\s*(export\s+)?(const\s+)?enum\s/m;
    const own = 'e2e/structure.test.ts';
    expect(CODE.filter((path) => path !== own && escapes.test(readFileSync(join(ROOT, path), 'utf8')))).toEqual([]);
  });

  it('names no place of one machine, leaves nothing for later, and needs nothing beside the checkout', () => {
    const text = FILES.filter((path) => /\.(tsx?|m?js|css|md|json)$|^\.env\.example$|^\.ci\//.test(path));
    const own = 'e2e/structure.test.ts';
    const foreign = [/["'`\s(]\/(home|root|work|Users)\//, /\b(TODO|FIXME|XXX)\b/, /\.\.\/shared\b/];
    // the one default of a setting that tests may be given
    const allowed = /process\.env\.HEADCOUNT_DATA \?\?.*/g;
    expect(
      text.flatMap((path) => {
        const content = readFileSync(join(ROOT, path), 'utf8').replace(allowed, '');
        return path === own ? [] : foreign.filter((word) => word.test(content)).map((word) => `${path}: ${word}`);
      }),
    ).toEqual([]);
  });

  it('names in .env.example every setting that is read, and no other', () => {
    const example = readFileSync(join(ROOT, '.env.example'), 'utf8');
    const named = new Set([...example.matchAll(/^#? ?([A-Z][A-Z_]+)=/gm)].map((match) => match[1] ?? ''));
    const reading = CODE.filter((path) => within('ingest/', 'app/', 'cli/')(path) && !isTest(path))
      .map(code)
      .join('\n');
    const read = new Set(
      [...reading.matchAll(/['.](HEADCOUNT_[A-Z_]+|KAFKA_[A-Z_]+)\b/g)].map((match) => match[1] ?? ''),
    );
    // for those who work on the program, not for those who run it
    for (const inner of ['HEADCOUNT_DIST_DIR', 'HEADCOUNT_FIXTURE']) read.delete(inner);
    expect([...read].filter((name) => !named.has(name))).toEqual([]);
    expect([...named].filter((name) => !read.has(name))).toEqual([]);
  });
});

/** A file's text without its comments. */
function code(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|[^:'"`])\/\/.*$/gm, '$1');
}
