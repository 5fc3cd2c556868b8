/** The dashboard as a process of its own: built where it must be, started, watched, ended. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { Env } from '../ingest/setting-reader.ts';
import { hostInAddress, type Settings } from '../ingest/settings.ts';

const ROOT = resolve(import.meta.dirname, '..');
const NEXT = join(ROOT, 'node_modules', 'next', 'dist', 'bin', 'next');
const END_WITH_PARENT = pathToFileURL(join(import.meta.dirname, 'end-with-parent.mjs')).href;
/** What the pages are made of; newer than the build means to build again. */
const SOURCES = [
  'app',
  'lib',
  'proxy.ts',
  'instrumentation.ts',
  'next.config.js',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
];
const READY_MS = 30_000;

export interface Web {
  port: number;
  /** rejects with a sentence when the process ends by itself */
  ended: Promise<never>;
  close(): Promise<void>;
}

export interface WebOptions {
  settings: Settings;
  /** what the settings were read from: the pages read the same */
  env: Env;
  /** where the ingest process takes events; default: as set */
  metricsPort?: number;
  say: (sentence: string) => void;
}

export async function startWeb({ settings, env, metricsPort, say }: WebOptions): Promise<Web> {
  const port = await freePort(settings.host, settings.port);
  await build(env, say);
  const child = spawn(
    process.execPath,
    ['--import', END_WITH_PARENT, NEXT, 'start', '-H', settings.host, '-p', String(port)],
    {
      cwd: ROOT,
      env: {
        ...env,
        HEADCOUNT_STORE: absolute(settings.store),
        HEADCOUNT_METRICS_PORT: String(metricsPort ?? settings.metricsPort),
        NODE_ENV: 'production',
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // Ctrl-C reaches the whole terminal group: the child is told by us, in order
      detached: true,
    },
  );
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8');
    stream?.on('data', (text: string) => {
      output.push(text);
      if (output.length > 200) output.shift();
    });
  }
  let closing = false;
  const ended = once(child, 'exit').then(([code, signal]): never => {
    if (closing) throw new Error('The dashboard has been stopped');
    throw new Error(
      `The dashboard ended by itself (${signal ?? code}): ${output.join('').trim().split('\n').slice(-3).join(' ')}`,
    );
  });
  ended.catch(() => undefined);
  await Promise.race([answers(settings.host, port), ended]);
  return {
    port,
    ended,
    async close() {
      closing = true;
      await stop(child);
    },
  };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const late = after(5_000, undefined, { ref: false }).then(() => child.kill('SIGKILL'));
  await Promise.race([gone, late]);
  await gone;
}

/** Relative paths are the user's, and the pages run in the program's folder. */
function absolute(store: string): string {
  return store.startsWith('sqlite:') ? `sqlite:${resolve(store.slice('sqlite:'.length))}` : store;
}

/** The port asked for (0: any), or one sentence where it is taken. */
async function freePort(host: string, port: number): Promise<number> {
  const server = createServer();
  const listening = once(server, 'listening');
  server.listen(port, host);
  try {
    await listening;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'EADDRINUSE') {
      throw new Error(
        `Port ${port} of ${host} is in use by another program: stop it, or set HEADCOUNT_PORT to a free port`,
        { cause: error },
      );
    }
    throw new Error(
      `The dashboard cannot listen on ${host}:${port} (${String(code)}): set HEADCOUNT_HOST and HEADCOUNT_PORT`,
      { cause: error },
    );
  }
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : port;
}

async function answers(host: string, port: number): Promise<void> {
  const until = Date.now() + READY_MS;
  for (;;) {
    try {
      const response = await fetch(`http://${hostInAddress(host)}:${port}/healthz`);
      if (response.ok) return;
    } catch (error) {
      if (Date.now() > until)
        throw new Error(`The dashboard did not answer within ${READY_MS / 1000} s on ${host}:${port}`, {
          cause: error,
        });
    }
    if (Date.now() > until)
      throw new Error(`The dashboard did not answer well within ${READY_MS / 1000} s on ${host}:${port}`);
    await after(100);
  }
}

/** Builds the pages where there is no build, or an older one. */
async function build(env: Env, say: (sentence: string) => void): Promise<void> {
  const folder = join(ROOT, env.HEADCOUNT_DIST_DIR ?? '.next');
  const stamp = join(folder, 'headcount-built');
  const newest = await newestOf(SOURCES.map((name) => join(ROOT, name)));
  const built = await readFile(stamp, 'utf8').then(Number, () => 0);
  const whole = await stat(join(folder, 'BUILD_ID')).then(
    () => true,
    () => false,
  );
  if (whole && built >= newest) return;
  say('building the pages (about a minute, only once)');
  const child = spawn(process.execPath, [NEXT, 'build'], {
    cwd: ROOT,
    env: { ...env, NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8');
    stream?.on('data', (text: string) => {
      output = (output + text).slice(-20_000);
    });
  }
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`The pages could not be built: ${output.trim().split('\n').slice(-15).join('\n')}`);
  await writeFile(stamp, String(newest));
}

async function newestOf(paths: readonly string[]): Promise<number> {
  let newest = 0;
  for (const path of paths) {
    const info = await stat(path).catch(() => null);
    if (!info) continue;
    if (info.isDirectory()) {
      const names = await readdir(path);
      newest = Math.max(newest, await newestOf(names.map((name) => join(path, name))));
    } else newest = Math.max(newest, info.mtimeMs);
  }
  return newest;
}
