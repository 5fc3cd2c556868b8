/** Open live pages on one dashboard: real connections that read the demo's stream, and some that read nothing. */
import { readdirSync, readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { BUILD_MS, cleanUp, startProduct, until } from '../product.ts';

const figure = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const SLOW = 20;
const MEASURED_MS = 30_000;

export interface ClientsResult {
  clients: number;
  frames: number;
  /** from the server's making of a frame to its arrival, ms */
  median: number;
  p99: number;
  /** bytes of the dashboard's process for each client */
  bytesEach: number;
  /** connections that ended though they read */
  lost: number;
}

export async function clients(small: boolean): Promise<string[]> {
  const { clients: open, ...r } = await measureClients(small ? 200 : 2_000, small ? 10_000 : MEASURED_MS);
  return [
    `${figure.format(open)} open live pages on one dashboard: ${figure.format(r.frames)} frames came, median ${figure.format(r.median)} ms and 99th percentile ${figure.format(r.p99)} ms after they were made; ${figure.format(r.bytesEach / 1000)} kB of the process each; ${r.lost} readers lost`,
  ];
}

export async function measureClients(count: number, lastsMs: number): Promise<ClientsResult> {
  const product = await startProduct('start', { readyMs: BUILD_MS });
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
          if (!reads) socket.pause();
          resolve(socket);
        });
        socket.on('error', reject);
        if (!reads) return;
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
    const before = residentOf(port);
    for (let i = 1; i < count; i += 50) {
      const lot = Array.from({ length: Math.min(50, count - i) }, () => open(true));
      readers.push(...(await Promise.all(lot)));
    }
    for (let i = 0; i < SLOW; i++) readers.push(await open(false));
    await pause(3_000);
    measuring = true;
    await pause(lastsMs);
    measuring = false;
    const bytesEach = (residentOf(port) - before) / count;
    delays.sort((a, b) => a - b);
    const at = (share: number): number => delays[Math.min(delays.length - 1, Math.floor(share * delays.length))] ?? 0;
    return { clients: count, frames: delays.length, median: at(0.5), p99: at(0.99), bytesEach, lost };
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

/** Bytes held by the server of the pages on that port. */
function residentOf(port: number): number {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (!readFileSync(`/proc/${pid}/cmdline`, 'latin1').startsWith('next-server')) continue;
      if (!readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`HEADCOUNT_PORT=${port}\0`)) continue;
      return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) * 1024;
    } catch {
      // it has ended, or is another user's
    }
  }
  throw new Error(`The server of the pages on port ${port} was expected among the processes, and is not there.`);
}
