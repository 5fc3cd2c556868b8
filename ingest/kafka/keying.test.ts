import { expect, it } from 'vitest';
import { keying, type SampledRecord } from './keying.ts';

function record(partition: number, key: string | null, event: object): SampledRecord {
  return { partition, key, value: Buffer.from(JSON.stringify(event)) };
}

const control = record(0, 'launch', { type: 'note', broadcast: 'launch' });

it('is fine where each key is the listener', () => {
  const sample = [record(0, 'ann', { listener: 'ann' }), record(1, 'bob', { listener: 'bob' }), control];
  expect(keying('t', sample)).toEqual({
    level: 'ok',
    sentence: 'Topic t is keyed by listener id (2 records sampled).',
  });
});

it('warns of other keys as long as nobody is seen in two partitions', () => {
  const found = keying('t', [record(0, 'x', { listener: 'ann' }), record(1, 'bob', { listener: 'bob' })]);
  expect(found.level).toBe('warning');
  expect(found.sentence).toContain('1 of 2 sampled records have another key');
});

it('is a problem where records have no key', () => {
  const found = keying('t', [record(0, null, { listener: 'ann' }), record(1, 'bob', { listener: 'bob' })]);
  expect(found.level).toBe('problem');
  expect(found.sentence).toContain('1 of 2 sampled records have no key');
});

it('is a problem where a listener is in two partitions', () => {
  const found = keying('t', [record(0, 'x', { listener: 'ann' }), record(1, 'y', { listener: 'ann' })]);
  expect(found.level).toBe('problem');
  expect(found.sentence).toContain('1 of 1 sampled listeners are in several partitions');
});

it('cannot judge what has no listener', () => {
  const junk: SampledRecord = { partition: 0, key: null, value: Buffer.from('{"listener":') };
  expect(keying('t', [control, junk]).level).toBe('warning');
});
