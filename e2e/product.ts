/** The product as somebody uses it: its commands run as processes in a folder of their own, ended as Ctrl-C ends them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** The checkout. */
export const ROOT = join(import.meta.dirname, '..');
const HEADCOUNT = join(ROOT, 'cli', 'headcount.mjs');
/** Inherited by each process the product starts, so that one left behind is found; a whole run of tests may have its own. */
const MARK = 'HEADCOUNT_E2E_MARK';
const READY_MS = 60_000;
/** A dashboard's first start builds its pages, for as long as this, ms. */
export const BUILD_MS = 300_000;
const END_MS = 20_000;

export type Env = Readonly<Record<string, string>>;

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Product {
  /** of the dashboard, without an ending slash */
  readonly url: string;
  /** of the ingest process: metrics, health, events */
  readonly ingestUrl: string;
  /** where it was started; its data is in `data` below it */
  readonly folder: string;
  /** the environment it runs in, for other commands on the same store */
  readonly env: Env;
  /** what it has said so far, both streams */
  said(): string;
  /** ids of its processes that run */
  pids(): number[];
  /** as Ctrl-C on a terminal: SIGINT to all its processes. Rejects where it ends with another code than 0 or leaves a process behind */
  stop(): Promise<void>;
  /** SIGKILL to all its processes */
  kill(): Promise<void>;
  /** SIGKILL to the command alone: what it started is on its own */
  killFirst(): Promise<void>;
  /** resolves with its exit code when it has ended by itself; null: by a signal */
  ended(): Promise<number | null>;
  /** SIGSTOP, and SIGCONT: it sleeps, and goes on */
  suspend(): void;
  resume(): void;
}

export interface StartOptions {
  /** default: a new folder, removed by `removeFolders` */
  folder?: string;
  env?: Env;
  /** what is run, such as npm; default: node with the command line of this checkout */
  program?: readonly [string, ...string[]];
  cwd?: string;
  /** how long it may take until it answers, ms */
  readyMs?: number;
}

const folders: string[] = [];
/** What still runs, with its mark. */
const running = new Map<ChildProcess, string>();

export async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'headcount-e2e-'));
  folders.push(folder);
  return folder;
}

/** For `afterAll`: ends what a failed test left running, and removes the folders of this file's tests. */
export async function cleanUp(): Promise<void> {
  await Promise.all([...running.keys()].map(killAll));
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true, maxRetries: 3 })));
}

/** Resolves once the process answers at /healthz: the dashboard of `start` and `dashboard`, the other port of `ingest`. */
export async function startProduct(
  command: 'start' | 'ingest' | 'dashboard',
  options: StartOptions = {},
): Promise<Product> {
  const folder = options.folder ?? (await newFolder());
  const [port, metricsPort] = await freePorts();
  const env = { HEADCOUNT_PORT: String(port), HEADCOUNT_METRICS_PORT: String(metricsPort), ...options.env };
  const [program, ...args] = options.program ?? [process.execPath, HEADCOUNT, command];
  const child = spawnMarked(program, args, options.cwd ?? folder, env);
  const heard = listenTo(child);
  const end = endOf(child);
  const url = `http://127.0.0.1:${env.HEADCOUNT_PORT}`;
  const ingestUrl = `http://127.0.0.1:${env.HEADCOUNT_METRICS_PORT}`;
  const product: Product = {
    url,
    ingestUrl,
    folder,
    env,
    said: () => heard.stdout + heard.stderr,
    pids: () => leftOf(child),
    async stop() {
      if (child.pid !== undefined && child.exitCode === null) signal(-child.pid, 'SIGINT');
      const code = await within(
        END_MS,
        end,
        () => `headcount ${command} did not end on Ctrl-C; it said:\n${product.said()}`,
      );
      // npm's shell had the signal too, and npm ends as its shell did
      const asNpm = options.program !== undefined && child.signalCode === 'SIGINT';
      if (code !== 0 && !asNpm)
        throw new Error(`headcount ${command} ended with ${code} on Ctrl-C; it said:\n${product.said()}`);
      const left = leftOf(child);
      if (left.length > 0) throw new Error(`headcount ${command} ended and left processes behind: ${left.join(', ')}`);
      running.delete(child);
    },
    kill: () => killAll(child),
    async ended() {
      const code = await within(READY_MS, end, () => `headcount ${command} does not end; it said:\n${product.said()}`);
      running.delete(child);
      return code;
    },
    suspend: () => void (child.pid !== undefined && signal(-child.pid, 'SIGSTOP')),
    resume: () => void (child.pid !== undefined && signal(-child.pid, 'SIGCONT')),
    async killFirst() {
      child.kill('SIGKILL');
      // its output stays open as long as one of its children has it
      await until(
        () => child.signalCode !== null,
        END_MS,
        () => `headcount ${command} does not end.`,
      );
    },
  };
  const door = command === 'ingest' ? ingestUrl : url;
  const ready = until(
    () => answers(`${door}/healthz`),
    options.readyMs ?? READY_MS,
    () => `${door} does not answer; it said:\n${product.said()}`,
  );
  try {
    await Promise.race([
      ready,
      end.then((code) => {
        throw new Error(`headcount ${command} ended with ${code} before it answered; it said:\n${product.said()}`);
      }),
    ]);
  } catch (error) {
    await killAll(child);
    throw error;
  }
  return product;
}

/** Runs a command to its end. */
export async function headcount(
  args: readonly string[],
  options: { folder: string; env?: Env; timeout?: number },
): Promise<Ended> {
  const child = spawnMarked(process.execPath, [HEADCOUNT, ...args], options.folder, options.env ?? {});
  const heard = listenTo(child);
  const line = `headcount ${args.join(' ')}`;
  try {
    const code = await within(
      options.timeout ?? 60_000,
      endOf(child),
      () => `${line} does not end; it said:\n${heard.stderr}`,
    );
    return { code, ...heard };
  } finally {
    await killAll(child);
  }
}

/** The same, for a command that has to succeed: its standard output. */
export async function output(args: readonly string[], options: Parameters<typeof headcount>[1]): Promise<string> {
  const { code, stdout, stderr } = await headcount(args, options);
  if (code !== 0) throw new Error(`headcount ${args.join(' ')} ended with ${code}:\n${stderr}`);
  return stdout;
}

/** Asks again and again until `ready` says so; rejects with a sentence after `limitMs`. */
export async function until(
  ready: () => boolean | Promise<boolean>,
  limitMs: number,
  otherwise: () => string,
): Promise<void> {
  const endAt = performance.now() + limitMs;
  while (!(await ready())) {
    if (performance.now() > endAt) throw new Error(`After ${limitMs / 1000} s: ${otherwise()}`);
    await pause(100);
  }
}

/** Two ports nobody listens on. */
export async function freePorts(): Promise<[number, number]> {
  const servers = [createServer(), createServer()] as const;
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve, reject) => {
          server.once('error', reject);
          server.listen(0, '127.0.0.1', () => {
            const address = server.address();
            if (address === null || typeof address === 'string') reject(new Error('The system gave no free port.'));
            else resolve(address.port);
          });
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  const [first, second] = ports;
  if (first === undefined || second === undefined) throw new Error('The system gave no free port.');
  return [first, second];
}

/** What a user's shell has, and nothing of the tests' own settings. */
function ownEnv(): Env {
  const names = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'JAVA_HOME', 'HEADCOUNT_DIST_DIR'];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(5_000) })).ok;
  } catch {
    return false;
  }
}

function listenTo(child: ChildProcess): { stdout: string; stderr: string } {
  const heard = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    heard.stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    heard.stderr += text;
  });
  return heard;
}

/** Resolves after the last output too. */
function endOf(child: ChildProcess): Promise<number | null> {
  const end = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code));
  });
  end.catch(() => {});
  return end;
}

async function within<T>(limitMs: number, work: Promise<T>, otherwise: () => string): Promise<T> {
  const late = new AbortController();
  try {
    return await Promise.race([
      work,
      pause(limitMs, undefined, { signal: late.signal }).then(() => {
        throw new Error(`After ${limitMs / 1000} s: ${otherwise()}`);
      }),
    ]);
  } finally {
    late.abort();
  }
}

/** In a group of its own, as a shell starts it. */
function spawnMarked(program: string, args: readonly string[], cwd: string, env: Env): ChildProcess {
  const mark = `${process.env[MARK] ?? ''}${randomUUID()}`;
  const child = spawn(program, args, {
    cwd,
    env: { NODE_ENV: 'production', ...ownEnv(), ...env, [MARK]: mark },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  running.set(child, mark);
  return child;
}

async function killAll(child: ChildProcess): Promise<void> {
  const ended = (): boolean => {
    if (child.pid !== undefined) signal(-child.pid, 'SIGKILL');
    const left = leftOf(child);
    for (const pid of left) signal(pid, 'SIGKILL');
    return left.length === 0 && (child.pid === undefined || child.exitCode !== null || child.signalCode !== null);
  };
  await until(ended, END_MS, () => `The process ${child.pid} does not end.`);
  running.delete(child);
}

/** Whether there was a process, or a group (below 0), to take it; 0 only asks. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
    throw error;
  }
}

/** By their mark, whatever their group; by their group where the system shows no environments. */
function leftOf(child: ChildProcess): number[] {
  const mark = running.get(child);
  if (!existsSync('/proc/self/environ')) return child.pid !== undefined && signal(-child.pid, 0) ? [-child.pid] : [];
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => {
    try {
      return mark !== undefined && readFileSync(`/proc/${pid}/environ`, 'latin1').includes(mark);
    } catch {
      return false; // it has ended, or is another user's
    }
  });
}
