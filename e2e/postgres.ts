/**
 * One real PostgreSQL server for tests and for trying things out: the one of `HEADCOUNT_TEST_POSTGRES`, else one started
 * from installed binaries. `node --import tsx e2e/postgres.ts` runs one until Ctrl-C.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { says } from './says.ts';

const run = promisify(execFile);

const USER = 'headcount';
const PASSWORD = 'counts heads';

export interface Postgres {
  /** makes an empty database; what `HEADCOUNT_STORE` would hold */
  database(): Promise<string>;
  /** ends the server and removes its data; of a given server, removes the databases made here */
  stop(): Promise<void>;
  /** ends it at once: connections break, data stays */
  kill(): Promise<void>;
  /** starts it again at the same address with the same data */
  restart(): Promise<void>;
}

export interface PostgresOptions {
  /** a server that may be killed, so `HEADCOUNT_TEST_POSTGRES` is passed over */
  own?: boolean;
  /** waits for the disk as a server in use does; a test's data need not outlive the machine */
  durable?: boolean;
}

/**
 * Without any way to run one it says on stderr what to install and returns `skipped`; on CI it throws, so that nothing is
 * skipped unseen there.
 */
export async function openPostgres(options: PostgresOptions = {}): Promise<Postgres | { skipped: string }> {
  const given = process.env.HEADCOUNT_TEST_POSTGRES?.trim();
  if (given && !options.own) return givenServer(given);
  const folder = binaries();
  const account = await accountForServer();
  if (folder !== null && account !== null) return ownServer(folder, account, options.durable ?? false);
  const skipped =
    'No PostgreSQL for the tests that need one: install it (Debian: apt-get install postgresql), or set HEADCOUNT_TEST_POSTGRES to a server where databases may be made.';
  if (process.env.CI) throw new Error(skipped);
  console.error(skipped);
  return { skipped };
}

async function givenServer(url: string): Promise<Postgres> {
  const made: string[] = [];
  const notOurs = async () => {
    throw new Error(
      'The server of HEADCOUNT_TEST_POSTGRES is not ours to end: ask for one with openPostgres({ own: true }), or unset it.',
    );
  };
  return {
    async database() {
      const name = newName();
      await command(url, createDatabase(name));
      made.push(name);
      return withDatabase(url, name);
    },
    async stop() {
      for (const name of made.splice(0)) await command(url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
    kill: notOurs,
    restart: notOurs,
  };
}

async function ownServer(binary: string, account: Account, durable: boolean): Promise<Postgres> {
  const folder = await mkdtemp(join(tmpdir(), 'headcount-postgres-'));
  const data = join(folder, 'data');
  const port = await freePort();
  const as = { cwd: folder, ...account };
  let server: { process: ChildProcess; guard: ChildProcess } | null = null;

  const start = async () => {
    const durably = durable ? [] : ['fsync=off', 'full_page_writes=off'];
    const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'lc_messages=C', ...durably];
    const args = ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])];
    const child = spawn(join(binary, 'postgres'), args, { ...as, stdio: ['ignore', 'pipe', 'pipe'] });
    server = { process: child, guard: guardOf(child, folder) };
    await says(child, 'database system is ready to accept connections', 'PostgreSQL');
  };
  /** SIGQUIT: the server ends its processes with itself, and does not tidy up. */
  const kill = async () => {
    if (server === null) return;
    await ended(server.process, 'SIGQUIT');
    await ended(server.guard, 'SIGKILL');
    server = null;
  };
  const stop = async () => {
    await kill();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };

  const url = `postgres://${USER}:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/postgres`;
  try {
    const passwordFile = join(folder, 'password');
    await writeFile(passwordFile, PASSWORD);
    if ('uid' in account) {
      await chown(folder, account.uid, account.gid);
      await chown(passwordFile, account.uid, account.gid);
    }
    const options = ['-U', USER, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`, '-E', 'UTF8', '--no-sync'];
    await run(join(binary, 'initdb'), ['-D', data, ...options], as);
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    async database() {
      const name = newName();
      await command(url, createDatabase(name));
      return withDatabase(url, name);
    },
    stop,
    kill,
    restart: async () => {
      await kill();
      await start();
    },
  };
}

function newName(): string {
  return `headcount_${randomUUID().replaceAll('-', '')}`;
}

function createDatabase(name: string): string {
  return `CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`;
}

function withDatabase(url: string, name: string): string {
  const at = new URL(url);
  at.pathname = `/${name}`;
  return at.href;
}

async function command(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}

/** The folder with `postgres` and `initdb`: on the path, else the newest of Debian's; null where there is none. */
function binaries(): string | null {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...versions.map((v) => join(debian, v, 'bin'))];
  const complete = (folder: string): boolean =>
    ['postgres', 'initdb'].every((name) => folder !== '' && existsSync(join(folder, name)));
  return folders.find(complete) ?? null;
}

/** Nothing: the account this process has. */
type Account = { uid: number; gid: number } | Record<string, never>;

/** Root may not run PostgreSQL: its own account does then, else the one that owns nothing; null where neither is there. */
async function accountForServer(): Promise<Account | null> {
  if (process.getuid?.() !== 0) return {};
  for (const name of ['postgres', 'nobody']) {
    try {
      const [uid, gid] = [await run('id', ['-u', name]), await run('id', ['-g', name])];
      return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
    } catch {
      // no such account: the next one
    }
  }
  return null;
}

/** Ends the server and removes its data when this process goes, however it goes: its end of the pipe closes then. */
function guardOf(child: ChildProcess, folder: string): ChildProcess {
  const script = 'cat >/dev/null; kill -QUIT "$0" 2>/dev/null; sleep 1; kill -9 "$0" 2>/dev/null; rm -rf "$1"';
  return spawn('sh', ['-c', script, String(child.pid), folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
}

function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return resolve();
    child.once('exit', () => resolve());
    child.kill(signal);
  });
}

/** A port nobody listens on. */
function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (typeof address === 'object' && address !== null) resolve(address.port);
        else reject(new Error('The system gave no free port for PostgreSQL: close some programs and try again.'));
      });
    });
  });
}

async function main(): Promise<void> {
  const postgres = await openPostgres({ own: true, durable: true });
  if ('skipped' in postgres) {
    process.exitCode = 1;
    return;
  }
  console.log(`HEADCOUNT_STORE=${await postgres.database()}`);
  console.log('A throw-away server; Ctrl-C ends it and removes its data.');
  const alive = setInterval(() => {}, 60_000);
  const end = async () => {
    clearInterval(alive);
    await postgres.stop();
    process.exit(0);
  };
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main().catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
}
