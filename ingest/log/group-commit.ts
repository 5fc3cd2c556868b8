/**
 * Appends to one file, many at a time. The promise: `append` resolves only after fdatasync, and what was not acknowledged
 * leaves no trace, so that the file is whole lines at every moment anyone may read it.
 */

/** What is needed of a file; `node:fs` FileHandle fits. */
export interface AppendFile {
  write(bytes: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesWritten: number }>;
  datasync(): Promise<void>;
  truncate(size: number): Promise<void>;
}

/** Bytes that share one flush at most: a crowd of writers waits for one another, not for ever. */
const LOT_BYTES = 16 << 20;

interface Waiting {
  bytes: Uint8Array;
  resolve: () => void;
  reject: (error: Error) => void;
}

export class GroupCommit {
  readonly #file: AppendFile;
  readonly #path: string;
  readonly #onSafe: () => void;
  #size: number;
  #waiting: Waiting[] = [];
  #running: Promise<void> | null = null;
  /** bytes beyond `#size` may be left over from a write that failed */
  #untidy = false;

  /** `size`: bytes of the file that are safe; `onSafe` is called after each flush, before its writers hear of it. */
  constructor(file: AppendFile, path: string, size: number, onSafe: () => void) {
    this.#file = file;
    this.#path = path;
    this.#size = size;
    this.#onSafe = onSafe;
  }

  /** bytes that survive a power cut */
  get size(): number {
    return this.#size;
  }

  /** Rejects with a sentence where the disk does not take it; then nothing of `bytes` is in the file. */
  append(bytes: Uint8Array): Promise<void> {
    if (bytes.length === 0) return Promise.resolve();
    const kept = new Promise<void>((resolve, reject) => {
      this.#waiting.push({ bytes, resolve, reject });
    });
    // begun a moment later, so that all appends of one turn share the flush
    this.#running ??= Promise.resolve().then(() => this.#writeAll());
    return kept;
  }

  /** resolves once nothing waits */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const lot = takeLot(this.#waiting);
      try {
        await this.#tidy();
        const end = await this.#write(lot);
        await this.#file.datasync();
        this.#untidy = false;
        this.#size = end;
      } catch (error) {
        // at once if it can be, else before the next write
        await this.#tidy().catch(() => {});
        const reason = refusal(this.#path, error);
        for (const { reject } of lot) reject(reason);
        continue;
      }
      this.#onSafe();
      for (const { resolve } of lot) resolve();
    }
    this.#running = null;
  }

  async #write(lot: readonly Waiting[]): Promise<number> {
    const only = lot[0];
    const bytes = lot.length === 1 && only ? only.bytes : Buffer.concat(lot.map((waiting) => waiting.bytes));
    this.#untidy = true;
    let at = 0;
    while (at < bytes.length) {
      const { bytesWritten } = await this.#file.write(bytes, at, bytes.length - at, this.#size + at);
      at += bytesWritten;
    }
    return this.#size + bytes.length;
  }

  async #tidy(): Promise<void> {
    if (!this.#untidy) return;
    await this.#file.truncate(this.#size);
    this.#untidy = false;
  }
}

function takeLot(waiting: Waiting[]): Waiting[] {
  let bytes = 0;
  let count = 0;
  for (const { bytes: next } of waiting) {
    bytes += next.length;
    if (count > 0 && bytes > LOT_BYTES) break;
    count += 1;
  }
  return waiting.splice(0, count);
}

function refusal(path: string, cause: unknown): Error {
  const code = cause instanceof Error && 'code' in cause ? cause.code : null;
  const why = cause instanceof Error ? cause.message : String(cause);
  const sentence =
    code === 'ENOSPC' || code === 'EDQUOT'
      ? `The disk that holds ${path} is full and none of these events was kept: free some space and send them again.`
      : `${path} cannot be written (${why}) and none of these events was kept: check the disk and send them again.`;
  return new Error(sentence, { cause });
}
