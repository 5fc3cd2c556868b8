/**
 * Loaded into an ingest process before its own code (`node --import`), it makes the store fail where no test could
 * reach otherwise. The program itself knows nothing of it.
 *
 * FAULT_KILL=before|after and FAULT_AT=N: SIGKILL in the N-th checkpoint, after its last write and before its commit, or
 * right after its commit. FAULT_FULL=FILE: while there is such a file, the store finds no further page on the disk.
 */
import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';

const { FAULT_KILL, FAULT_AT, FAULT_FULL } = process.env;
/** more pages than any disk holds */
const ROOM = 4_294_967_294;

let checkpoints = 0;
const plain = Database.prototype.transaction;

Database.prototype.transaction = function transaction(work) {
  let inCheckpoint = false;
  const begin = plain.call(this, (...args) => {
    const result = work(...args);
    if (inCheckpoint) dieIf('before');
    return result;
  });
  const wrapped = (...args) => begin(...args);
  wrapped.deferred = begin.deferred;
  wrapped.exclusive = begin.exclusive;
  // checkpoints alone take the lock at once
  wrapped.immediate = (...args) => {
    if (FAULT_FULL !== undefined) {
      const used = this.pragma('page_count', { simple: true });
      this.pragma(`max_page_count = ${existsSync(FAULT_FULL) ? used : ROOM}`);
    }
    checkpoints += 1;
    inCheckpoint = true;
    try {
      const result = begin.immediate(...args);
      dieIf('after');
      return result;
    } finally {
      inCheckpoint = false;
    }
  };
  return wrapped;
};

function dieIf(instant) {
  if (FAULT_KILL === instant && checkpoints >= Number(FAULT_AT)) process.kill(process.pid, 'SIGKILL');
}
