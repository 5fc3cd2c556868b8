import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DEAD_LETTER_FILE, deadLetterFile } from './dead-letter-file.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headcount-letters-'));
  path = join(folder, DEAD_LETTER_FILE);
});
afterEach(() => rmSync(folder, { recursive: true }));

const letter = (offset: number, bytes: Buffer) =>
  ({ source: 'file:x', partition: 0, offset, reason: 'json', detail: 'no event', bytes }) as const;
const kept = (): unknown[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .map((line) => JSON.parse(line));

it('keeps what was rejected, a line each, with its position and reason', async () => {
  const file = deadLetterFile(folder);
  await Promise.all([file.add(letter(1, Buffer.from('a\n"b'))), file.add(letter(2, Buffer.from([0xff])))]);
  await file.add(letter(3, Buffer.from('c')));
  await file.close();
  expect(kept()).toEqual([
    { source: 'file:x', partition: 0, offset: 1, reason: 'json', detail: 'no event', record: 'a\n"b' },
    { source: 'file:x', partition: 0, offset: 2, reason: 'json', detail: 'no event', recordBase64: '/w==' },
    { source: 'file:x', partition: 0, offset: 3, reason: 'json', detail: 'no event', record: 'c' },
  ]);
});

it('begins a line of its own behind one that a crash tore', async () => {
  appendFileSync(path, '{"source":"file:x","par');
  const file = deadLetterFile(folder);
  await file.add(letter(1, Buffer.from('a')));
  await file.close();
  expect(kept()).toHaveLength(1);
});

it('says in a sentence, with its code, that it cannot keep them, and goes on when it can', async () => {
  mkdirSync(path);
  const file = deadLetterFile(folder);
  const refused = file.add(letter(1, Buffer.from('a')));
  await expect(refused).rejects.toThrow(`Rejected records should be kept in ${path}, and cannot be (EISDIR`);
  await expect(refused).rejects.toMatchObject({ code: 'EISDIR' });
  rmSync(path, { recursive: true });
  await file.add(letter(1, Buffer.from('a')));
  await file.close();
  expect(kept()).toHaveLength(1);
});
