/** The store cannot do what it was asked: one sentence for people, with what the database said as its cause. */
export class StoreError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.name = 'StoreError';
  }
}

/** What the database says of itself, as a sentence with what to do next; null for what is none of these. */
export function databaseTrouble(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null;
  const found = TROUBLES.find(([code]) => String(error.code).startsWith(code));
  return found === undefined ? null : `The store ${found[1]} (${error.message})${found[2]}`;
}

const TROUBLES = [
  ['SQLITE_CORRUPT', 'is damaged', ': take a copy from before, or replay the logs into another store.'],
  ['SQLITE_NOTADB', 'is damaged', ': take a copy from before, or replay the logs into another store.'],
  ['SQLITE_FULL', 'cannot be written', ': free some space on its disk and try again.'],
  ['SQLITE_IOERR', 'cannot be read or written', ': check its disk and try again.'],
  ['SQLITE_READONLY', 'cannot be written', ': give its file and folder write permission.'],
  ['SQLITE_BUSY', 'is kept busy by another process', ': try again when that has ended.'],
] as const;
