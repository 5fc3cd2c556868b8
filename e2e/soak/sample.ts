/** What processes and files hold now. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface Held {
  /** resident memory of all, bytes */
  bytes: number;
  /** open files, sockets, pipes */
  handles: number;
}

/** Of all these processes together; one that has just ended holds nothing. */
export function heldBy(pids: readonly number[]): Held {
  const sum: Held = { bytes: 0, handles: 0 };
  for (const pid of pids) {
    try {
      sum.bytes += Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) * 1024;
      sum.handles += readdirSync(`/proc/${pid}/fd`).length;
    } catch {
      // it has ended
    }
  }
  return sum;
}

/** Bytes; 0 where there is no such file. */
export function sizeOf(path: string): number {
  return existsSync(path) ? statSync(path).size : 0;
}

/** Paths of the files below a folder, relative to it. */
export function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}
