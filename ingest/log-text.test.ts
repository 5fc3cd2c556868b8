import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { logText } from './log-text.ts';

async function textOf(bytes: Buffer, cut: number, path: string): Promise<string> {
  const chunks = Array.from({ length: Math.ceil(bytes.length / cut) }, (_, i) =>
    bytes.subarray(i * cut, (i + 1) * cut),
  );
  const pieces: Buffer[] = [];
  for await (const piece of logText(Readable.from(chunks), path, 64)) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}

it('is the same packed and plain, under any name that promises nothing, however it is cut', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.string(),
      fc.nat(40),
      fc.constantFrom('-', 'log.ndjson', 'log.dat'),
      async (text, cut, path) => {
        const bytes = Buffer.from(text.toWellFormed());
        expect(await textOf(bytes, cut + 1, path)).toBe(bytes.toString('utf8'));
        expect(await textOf(gzipSync(bytes), cut + 1, path)).toBe(bytes.toString('utf8'));
      },
    ),
  );
});

it.each([
  ['cut off', gzipSync('{}').subarray(0, 12), '-', 'The log on standard input should be whole'],
  [
    'damaged',
    Buffer.from([0x1f, 0x8b, 1, 2, 3]),
    'log',
    'The log log should be gzip data to its end, but it is damaged',
  ],
  ['plain, as its name denies', Buffer.from('{}'), 'log.gz', 'The log log.gz should be gzip data, as its name says'],
])('that is %s is said in a sentence', async (_, bytes, path, says) => {
  await expect(textOf(bytes, 4, path)).rejects.toThrow(says);
});
