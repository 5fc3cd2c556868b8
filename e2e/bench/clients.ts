/** Open live pages on one dashboard: real connections that read the demo's stream, and some that read nothing. */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { BUILD_MS, cleanUp, newFolder, startProduct, until } from '../product.ts';

const figure = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const SLOW = 20;
const MEASURED_MS = 30_000;
/** So many clients come at a step; memory is looked at after each. */
const STEP = 500;

export interface ClientsResult {
  clients: number;
  frames: number;
  /** from the server's making of a frame to its arrival, ms */
  median: number;
  p99: number;
  /** bytes of the dashboard's process for each client: median of the steps, all steps together, of its heap without garbage */
  bytesEach: number;
  bytesOverall: number;
  heapEach: number;
  /** connections that ended though they read */
  lost: number;
}

export async function clients(small: boolean): Promise<string[]> {
  const { clients: open, ...r } = await measureClients(small ? 200 : 2_000, small ? 10_000 : MEASURED_MS);
  return [
    `${figure.format(open)} open live pages on one dashboard: ${figure.format(r.frames)} frames came, median ${figure.format(r.median)} ms and 99th percentile ${figure.format(r.p99)} ms after they were made; ${figure.format(r.bytesEach / 1000)} kB of the process each (median of steps of ${STEP}; ${figure.format(r.bytesOverall / 1000)} kB over all, ${figure.format(r.heapEach / 1000)} kB on the heap without garbage); ${r.lost} readers lost`,
  ];
}

export async function measureClients(count: number, lastsMs: number): Promise<ClientsResult> {
  const heaps = await newFolder();
  const preload = pathToFileURL(join(import.meta.dirname, 'heap-on-signal.mjs')).href;
  const env = { NODE_OPTIONS: `--import ${preload}`, HEADCOUNT_BENCH_HEAPS: heaps };
  const product = await startProduct('start', { readyMs: BUILD_MS, env });
  const port = Number(new URL(product.url).port);
  const readers: Socket[] = [];
  try {
    const broadcast = await demoOf(product.url);
    const delays: number[] = [];
    let measuring = false;
    let lost = 0;
    const open = (reads: boolean): Promise<Socket> =>
      new Promise((resolve, reject) => {
        const socket = connect(port, '127.0.0.1', () => {
          socket.write(
            `GET /api/broadcasts/${encodeURIComponent(broadcast)}/live HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n\r\n`,
          );
          if (reads) return;
          socket.pause();
          resolve(socket);
        });
        socket.on('error', reject);
        if (!reads) return;
        socket.once('data', () => resolve(socket));
        socket.on('close', () => {
          if (measuring) lost++;
        });
        socket.on('data', (bytes) => {
          if (!measuring) return;
          const made = /event: (?:frame|beat)\ndata: \{"now":(\d+)/.exec(bytes.toString('latin1'))?.[1];
          if (made !== undefined) delays.push(Date.now() - Number(made));
        });
      });
    readers.push(await open(true));
    await pause(3_000);
    const pid = serverOf(port);
    const heapBefore = await heapOf(pid, heaps);
    const grown: number[] = [];
    const residentBefore = residentOf(pid);
    while (readers.length < count) {
      const [opened, before] = [readers.length, residentOf(pid)];
      const upTo = Math.min(count, opened + STEP);
      while (readers.length < upTo) {
        const lot = Array.from({ length: Math.min(50, upTo - readers.length) }, () => open(true));
        readers.push(...(await Promise.all(lot)));
      }
      await pause(3_000);
      grown.push((residentOf(pid) - before) / (readers.length - opened));
    }
    const bytesOverall = (residentOf(pid) - residentBefore) / count;
    for (let i = 0; i < SLOW; i++) readers.push(await open(false));
    await pause(3_000);
    measuring = true;
    await pause(lastsMs);
    measuring = false;
    const heapEach = ((await heapOf(pid, heaps)) - heapBefore) / count;
    grown.sort((a, b) => a - b);
    const bytesEach = grown[grown.length >> 1] ?? 0;
    delays.sort((a, b) => a - b);
    const at = (share: number): number => delays[Math.min(delays.length - 1, Math.floor(share * delays.length))] ?? 0;
    return {
      clients: count,
      frames: delays.length,
      median: at(0.5),
      p99: at(0.99),
      bytesEach,
      bytesOverall,
      heapEach,
      lost,
    };
  } finally {
    for (const socket of readers) socket.destroy();
    await product.stop();
    await cleanUp();
  }
}

async function demoOf(url: string): Promise<string> {
  let name = '';
  await until(
    async () => {
      const answer = await fetch(`${url}/api/broadcasts`);
      const { broadcasts }: { broadcasts: { broadcast: string }[] } = await answer.json();
      name = broadcasts[0]?.broadcast ?? '';
      return name !== '';
    },
    60_000,
    () => 'no demo broadcast was begun',
  );
  return name;
}

/** The process that serves the pages on that port. */
function serverOf(port: number): number {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (!readFileSync(`/proc/${pid}/cmdline`, 'latin1').startsWith('next-server')) continue;
      if (readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`HEADCOUNT_PORT=${port}\0`)) return Number(pid);
    } catch {
      // it has ended, or is another user's
    }
  }
  throw new Error(`The server of the pages on port ${port} was expected among the processes, and is not there.`);
}

/** Bytes held by a process. */
function residentOf(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) * 1024;
}

/** Bytes of its heap that are no garbage. */
async function heapOf(pid: number, heaps: string): Promise<number> {
  const file = join(heaps, String(pid));
  rmSync(file, { force: true });
  process.kill(pid, 'SIGUSR2');
  let bytes = 0;
  await until(
    () => {
      bytes = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
      return bytes > 0;
    },
    60_000,
    () => 'the server of the pages does not say what its heap holds',
  );
  return bytes;
}
