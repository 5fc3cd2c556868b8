import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AppendFile, GroupCommit } from './group-commit.ts';

/** A file on a disk that takes at most `room` bytes, whose flushes can be held up and made to fail. */
function fakeFile(room = Number.POSITIVE_INFINITY) {
  let bytes = Buffer.alloc(0);
  const state = { flushed: Buffer.alloc(0), flushes: 0, room, failFlush: false, failTruncate: false };
  const file: AppendFile = {
    async write(from, offset, length, position) {
      // a disk may take less than it is given
      const taken = Math.min(length, 7, state.room - position);
      if (taken <= 0) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
      bytes = Buffer.concat([bytes.subarray(0, position), from.subarray(offset, offset + taken)]);
      return { bytesWritten: taken };
    },
    async datasync() {
      if (state.failFlush) throw Object.assign(new Error('input/output error'), { code: 'EIO' });
      state.flushes += 1;
      state.flushed = bytes;
    },
    async truncate(size) {
      if (state.failTruncate) throw new Error('no');
      bytes = bytes.subarray(0, size);
    },
  };
  return { file, state, text: () => bytes.toString() };
}

const line = (text: string) => Buffer.from(`${text}\n`);

describe('appending to the log', () => {
  it('acknowledges only what has been flushed', async () => {
    const { file, state } = fakeFile();
    const commit = new GroupCommit(file, 'events.ndjson', 0, () => {});
    await commit.append(line('a'));
    expect(state.flushed.toString()).toBe('a\n');
    expect(commit.size).toBe(2);
  });

  it('lets appends of one moment share a flush, in their order', async () => {
    const { file, state, text } = fakeFile();
    const commit = new GroupCommit(file, 'events.ndjson', 0, () => {});
    await Promise.all(['a', 'b', 'c', 'd'].map((name) => commit.append(line(name))));
    expect(text()).toBe('a\nb\nc\nd\n');
    expect(state.flushes).toBe(1);
  });

  it('leaves no trace of what a full disk refused, and goes on when there is room', async () => {
    const { file, state, text } = fakeFile(20);
    const commit = new GroupCommit(file, 'events.ndjson', 0, () => {});
    await commit.append(line('first'));
    await expect(commit.append(line('x'.repeat(40)))).rejects.toThrow(
      'The disk that holds events.ndjson is full and none of these events was kept: free some space and send them again.',
    );
    expect(text()).toBe('first\n');
    state.room = 100;
    await commit.append(line('second'));
    expect(text()).toBe('first\nsecond\n');
  });

  it('refuses what could not be flushed', async () => {
    const { file, state, text } = fakeFile();
    const commit = new GroupCommit(file, 'events.ndjson', 0, () => {});
    state.failFlush = true;
    await expect(commit.append(line('a'))).rejects.toThrow('events.ndjson cannot be written (input/output error)');
    expect([text(), commit.size]).toEqual(['', 0]);
  });

  it('writes nothing behind leftovers that cannot be cut off', async () => {
    const { file, state, text } = fakeFile(3);
    const commit = new GroupCommit(file, 'events.ndjson', 0, () => {});
    state.failTruncate = true;
    await expect(commit.append(line('abcdef'))).rejects.toThrow('full');
    state.room = 100;
    await expect(commit.append(line('b'))).rejects.toThrow('cannot be written');
    state.failTruncate = false;
    await commit.append(line('c'));
    expect(text()).toBe('c\n');
  });

  it('keeps exactly what it acknowledged, whatever fails when', async () => {
    const step = fc.record({
      text: fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 30 }),
      fails: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const { file, state, text } = fakeFile();
        const commit = new GroupCommit(file, 'events.ndjson', 0, () => {});
        const kept: string[] = [];
        for (const { text: body, fails } of steps) {
          state.failFlush = fails;
          await commit.append(line(body)).then(
            () => kept.push(`${body}\n`),
            () => {},
          );
        }
        expect(text()).toBe(kept.join(''));
        expect(commit.size).toBe(kept.join('').length);
      }),
    );
  });
});
