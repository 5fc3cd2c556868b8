/** Where a broadcast's own log is kept, for counting it again and for `export events`. */
import { existsSync } from 'node:fs';
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { embeddedLogPath } from './embedded-log.ts';

/** One file a broadcast, named so that any id is a file name. */
export function archivePath(dataFolder: string, broadcast: string): string {
  return join(dataFolder, 'archive', `${archiveName(broadcast)}.ndjson`);
}

/** A file name, without an ending, that no other broadcast has. */
export function archiveName(broadcast: string): string {
  const name = encodeURIComponent(broadcast.toWellFormed()).replaceAll('.', '%2E').replaceAll('*', '%2A');
  // a file name has at most 255 bytes
  return name.length <= 200 ? name : `${name.slice(0, 160)}~${hashOf(broadcast)}`;
}

function hashOf(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (let i = 0; i < text.length; i++) hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(i))) * 0x100000001b3n);
  return hash.toString(16);
}

/** The file that has the broadcast's events: its own archive, else the embedded log; null: neither is there. */
export function archiveOf(dataFolder: string, broadcast: string): string | null {
  const own = archivePath(dataFolder, broadcast);
  if (existsSync(own)) return own;
  const log = embeddedLogPath(dataFolder);
  return existsSync(log) ? log : null;
}

export interface Archive {
  add(broadcast: string, line: Buffer): void;
  /** resolves when what was added is in the files */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** Keeps lines by broadcast; begins each file anew, or goes on with it (a line may then stand twice: it counts once). */
export function openArchive(dataFolder: string, { goOn = false }: { goOn?: boolean } = {}): Archive {
  const files = new Map<string, Promise<FileHandle>>();
  const waiting = new Map<string, Buffer[]>();
  const newline = Buffer.from('\n');
  const fileOf = (broadcast: string): Promise<FileHandle> => {
    let file = files.get(broadcast);
    if (!file) {
      const path = archivePath(dataFolder, broadcast);
      file = mkdir(join(dataFolder, 'archive'), { recursive: true })
        .then(() => (goOn ? undefined : rm(path, { force: true })))
        .then(() => open(path, 'a'));
      files.set(broadcast, file);
    }
    return file;
  };
  return {
    add(broadcast, line) {
      const list = waiting.get(broadcast) ?? [];
      list.push(Buffer.from(line), newline);
      waiting.set(broadcast, list);
    },
    async flush() {
      const all = [...waiting];
      waiting.clear();
      for (const [broadcast, lines] of all) await (await fileOf(broadcast)).appendFile(Buffer.concat(lines));
    },
    async close() {
      await this.flush();
      for (const file of files.values()) await (await file).close();
    },
  };
}
