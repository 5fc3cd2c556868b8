/**
 * One writer per log. The lock is the kernel's, held through SQLite's own lock file: it ends with the process however that
 * ends, so a crash leaves none behind and a process number used again (every container's first is 1) is not mistaken
 * for its holder.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';

const LOCK_FILE = 'writer.lock';
/** who holds it, for people */
const HOLDER_FILE = 'writer.pid';

/** Throws a sentence where another process, or this one, writes the log in `folder` already. */
export function lockLog(folder: string): { release(): void } {
  const lock = new Database(join(folder, LOCK_FILE), { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (!isBusy(error)) throw error;
    throw new Error(
      `The log in ${folder} is being written by another process (${holder(folder)}), and only one may: stop that one, or give this one a data folder of its own with HEADCOUNT_STORE=sqlite:OTHER/headcount.db.`,
      { cause: error },
    );
  }
  writeFileSync(join(folder, HOLDER_FILE), `${process.pid} on ${hostname()}\n`);
  return {
    release() {
      rmSync(join(folder, HOLDER_FILE), { force: true });
      lock.close();
    },
  };
}

function holder(folder: string): string {
  try {
    return `process ${readFileSync(join(folder, HOLDER_FILE), 'utf8').trim()}`;
  } catch {
    return 'which does not say its number';
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY');
}
