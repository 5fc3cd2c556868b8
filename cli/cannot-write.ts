/** Files that a command should write and cannot. */
import { writeFile } from 'node:fs/promises';

/** One sentence without its full stop. */
export function cannotWrite(path: string, cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : null;
  const why =
    code === 'ENOENT'
      ? 'its folder does not exist'
      : code === 'EACCES' || code === 'EPERM'
        ? 'its permissions do not allow it'
        : code === 'EISDIR'
          ? 'it is a folder'
          : code === 'ENOSPC'
            ? 'the disk is full'
            : String(cause instanceof Error ? cause.message : cause);
  return `${path} should be written, but ${why}: choose another place`;
}

/** Rejects with that sentence. */
export async function writeOut(path: string, bytes: string | Uint8Array): Promise<void> {
  await writeFile(path, bytes).catch((cause: unknown) => {
    throw new Error(cannotWrite(path, cause), { cause });
  });
}
