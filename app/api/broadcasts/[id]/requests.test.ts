import { describe, expect, it } from 'vitest';
import { parseDecision } from './crashes/decision-body.ts';
import { parseNote } from './notes/note-body.ts';
import { parseSeriesQuery } from './series/series-query.ts';

describe('a query for rows', () => {
  const parse = (text: string) => parseSeriesQuery(new URLSearchParams(text));

  it('takes everything by default, a row a second, as JSON', () => {
    expect(parse('')).toEqual({ kind: 'good', from: null, to: null, step: 1, format: 'json' });
  });

  it('takes instants in epoch ms or ISO 8601, and steps in seconds', () => {
    expect(parse('from=1000&to=1970-01-01T00:00:05Z&step=10s&format=csv')).toEqual({
      kind: 'good',
      from: 1000,
      to: 5000,
      step: 10,
      format: 'csv',
    });
  });

  it.each([
    'from=yesterday',
    'to=1970-13-45T99:00',
    'from=1970-01-01T00:00:05',
    'from=5&to=3',
    'step=0',
    'step=1m',
    'step=-5',
    'format=xml',
  ])('refuses %s', (text) => {
    expect(parse(text).kind).toBe('bad');
  });
});

describe('a new note', () => {
  const now = 1_700_000_000_000;

  it('is now where it names no instant', () => {
    expect(parseNote('{"label":" moved capacity "}', now)).toEqual({
      label: 'moved capacity',
      at: now,
      author: null,
      replaces: null,
      why: null,
    });
  });

  it('keeps the instant of the key press', () => {
    expect(parseNote(`{"label":"x","at":${now - 5000},"author":"ops"}`, now)).toMatchObject({
      at: now - 5000,
      author: 'ops',
    });
  });

  it.each([
    '',
    '[]',
    '{"label":""}',
    `{"label":"${'x'.repeat(281)}"}`,
    '{"label":"x","at":"now"}',
    `{"label":"x","at":${now + 61_000}}`,
    '{"label":"x","author":7}',
  ])('refuses %s', (text) => expect(parseNote(text, now).why).toMatch(/expected/));

  it('takes back what it replaces where it says nothing', () => {
    expect(parseNote('{"label":"","replaces":"n1"}', now)).toMatchObject({ label: '', replaces: 'n1', why: null });
  });
});

describe('a decision about a crash window', () => {
  it.each([
    ['{"window":"w1","action":"acknowledge"}', 'acknowledged'],
    ['{"window":"w1","action":"dismiss","reason":"a test of the failover"}', 'dismissed'],
    ['{"window":"w1","action":"join","with":"w2"}', 'joined'],
    ['{"window":"w1","action":"restore"}', 'restored'],
  ])('%s', (text, verb) => expect(parseDecision(text)).toMatchObject({ asked: { window: 'w1', verb }, why: null }));

  it.each([
    '{"action":"acknowledge"}',
    '{"window":"w1","action":"forget"}',
    '{"window":"w1","action":"dismiss"}',
    '{"window":"w1","action":"join"}',
    '{"window":"w1","action":"join","with":"w1"}',
  ])('refuses %s', (text) => expect(parseDecision(text).why).toMatch(/expected/));
});
