/**
 * Whole columns as parameters, in PostgreSQL's binary format of one-dimensional arrays: a head of five 32-bit integers
 * (dimensions, whether there are nulls, type of the elements, their number, first index), then each element with its
 * length, -1 for null, all big-endian. (postgresql.org, `array_recv`.)
 */
import { toPostgres } from './postgres-text.ts';

const HEAD_BYTES = 20;
const EMPTY_BYTES = 12;
const INT4 = 23;
const INT8 = 20;
const TEXT = 25;

function writeHead(buffer: Buffer, type: number, length: number, nulls: boolean): void {
  // one of no elements has no dimension either
  const head = length === 0 ? [0, 0, type] : [1, nulls ? 1 : 0, type, length, 1];
  for (const [i, value] of head.entries()) buffer.writeInt32BE(value, i * 4);
}

/** `int4[]` of `length` integers, the i-th being `at(i)`. */
export function int4Array(length: number, at: (index: number) => number): Buffer {
  const buffer = Buffer.allocUnsafe(HEAD_BYTES + length * 8);
  writeHead(buffer, INT4, length, false);
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
  let offset = HEAD_BYTES;
  for (let i = 0; i < length; i++) {
    view.setInt32(offset, 4);
    view.setInt32(offset + 4, at(i));
    offset += 8;
  }
  return buffer.subarray(0, length === 0 ? EMPTY_BYTES : offset);
}

/** `int8[]` of whole numbers, none beyond what a number holds exactly. */
export function int8Array(values: readonly (number | null)[]): Buffer {
  const buffer = Buffer.allocUnsafe(HEAD_BYTES + values.length * 12);
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
  let offset = HEAD_BYTES;
  let nulls = false;
  for (const value of values) {
    if (value === null) {
      nulls = true;
      view.setInt32(offset, -1);
      offset += 4;
      continue;
    }
    const high = Math.floor(value / 2 ** 32);
    view.setInt32(offset, 8);
    view.setInt32(offset + 4, high);
    view.setUint32(offset + 8, value - high * 2 ** 32);
    offset += 12;
  }
  writeHead(buffer, INT8, values.length, nulls);
  return buffer.subarray(0, values.length === 0 ? EMPTY_BYTES : offset);
}

/** `text[]`, every text as `toPostgres` has it. */
export function textArray(values: readonly (string | null)[]): Buffer {
  let most = HEAD_BYTES;
  // a UTF-16 unit has at most three bytes in UTF-8; one that is kept as a pair has two
  for (const value of values) most += 4 + (value === null ? 0 : value.length * 3);
  const stored = values.map((value) => (value === null ? null : toPostgres(value)));
  const buffer = Buffer.allocUnsafe(most);
  let offset = HEAD_BYTES;
  let nulls = false;
  for (const value of stored) {
    if (value === null) {
      nulls = true;
      offset = buffer.writeInt32BE(-1, offset);
      continue;
    }
    const written = buffer.write(value, offset + 4);
    buffer.writeInt32BE(written, offset);
    offset += 4 + written;
  }
  writeHead(buffer, TEXT, values.length, nulls);
  return buffer.subarray(0, values.length === 0 ? EMPTY_BYTES : offset);
}
