import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseRecord } from '../event/parse.ts';
import { printEvent } from '../event/print.ts';
import { SCENARIOS, type ScenarioOptions } from './options.ts';
import { audience, listenerEvents, presences, record } from './recount.ts';

const H = 15_000;
const SMALL = { listeners: 300, minutes: 15, heartbeatMs: H } as const;

function lines(options: ScenarioOptions): string[] {
  return record(options).events.map(printEvent);
}

describe.each(SCENARIOS)('%s', (scenario) => {
  const recorded = record({ scenario, ...SMALL });
  const { events, truth } = recorded;
  const own = listenerEvents(events);

  it('gives the same bytes for the same seed, and others for another', () => {
    const text = lines({ scenario, ...SMALL });
    expect(text).toEqual(events.map(printEvent));
    expect(lines({ scenario, ...SMALL, seed: 2 })).not.toEqual(text);
  });

  it('gives events that the door accepts as they are', () => {
    const read = events.map((event) => parseRecord(Buffer.from(printEvent(event)), null));
    expect(read).toEqual(events.map((event) => ({ kind: 'event', event })));
  });

  it('stays within the broadcast and out of order by less than five seconds', () => {
    expect(new Set(events.map(({ broadcast }) => broadcast))).toEqual(new Set([scenario]));
    expect(Math.min(...events.map(({ ts }) => ts))).toBe(truth.startMs);
    expect(Math.max(...events.map(({ ts }) => ts))).toBe(truth.endMs);
    let newest = 0;
    const behind = events.map(({ ts }) => {
      newest = Math.max(newest, ts);
      return newest - ts;
    });
    expect(Math.max(...behind)).toBeLessThan(5_000);
    expect(events.some((event, index) => event.ts < (events[index - 1]?.ts ?? 0))).toBe(true);
  });

  it('writes a few events twice, word for word, and gives no other two the same id', () => {
    const ids = new Set(own.map((event) => `${event.connection} ${event.id ?? printEvent(event)}`));
    expect(new Set(own.map(printEvent)).size).toBe(ids.size);
    const twice = own.length - ids.size;
    expect(twice).toBeGreaterThan(0);
    expect(twice).toBeLessThan(0.01 * own.length);
  });

  it('starts and ends every room, in the order of opening', () => {
    const rooms = events.filter(({ type }) => type === 'room_start').map(({ room }) => room);
    const ended = events.filter(({ type }) => type === 'room_end').map(({ room }) => room);
    expect(rooms.length).toBeGreaterThan(0);
    expect(ended).toEqual(rooms);
  });

  it('peaks near the number of listeners asked for', () => {
    const peak = Math.max(...audience(presences(recorded, H), truth));
    expect(peak).toBeGreaterThan(0.8 * SMALL.listeners);
    expect(peak).toBeLessThan(1.12 * SMALL.listeners);
  });

  it('uses all eight gateways and knows client, version, region and edge of whoever joins', () => {
    expect(new Set(own.map(({ source }) => source)).size).toBe(8);
    const joins = own.filter(({ type }) => type === 'join');
    const kinds = new Set(joins.map(({ attrs, heartbeatMs }) => `${Object.keys(attrs ?? {})} ${heartbeatMs}`));
    expect(kinds).toEqual(new Set([`client,version,region,edge ${H}`]));
  });

  it('says no reason where the platform labels nothing', () => {
    const unlabelled = record({ scenario, ...SMALL, labelled: false });
    expect(unlabelled.events.some((event) => 'reason' in event && event.reason !== null)).toBe(false);
    for (const window of unlabelled.truth.windows) expect(window.labelled).toBe(false);
  });
});

it('is the same for ever: a change here changes every recorded simulation', () => {
  const { events } = record({ scenario: 'launch', ...SMALL });
  const told = events.map(({ type, ts, id }) => `${type} ${ts} ${id}`).join('\n');
  expect(createHash('sha256').update(told).digest('hex')).toMatchInlineSnapshot(
    `"b302b104a8fb162aa67a057d87f4e8c0d5d7cfc706449d97144c58d4b3834629"`,
  );
});

describe('options', () => {
  it('without heartbeats sends none, and everyone who goes says so', () => {
    const recorded = record({ scenario: 'calm', ...SMALL, heartbeatMs: 0 });
    expect(recorded.events.some(({ type }) => type === 'heartbeat')).toBe(false);
    const late = presences(recorded, 0).filter(({ ending }) => ending === 'room_ended');
    expect(late.length).toBeLessThan(0.2 * SMALL.listeners);
  });

  it('moves with the start and nothing else', () => {
    const startMs = Date.UTC(2030, 0, 1);
    const here = record({ scenario: 'crash', ...SMALL });
    const there = record({ scenario: 'crash', ...SMALL, startMs });
    const by = startMs - here.truth.startMs;
    expect(there.events.map(({ ts }) => ts - by)).toEqual(here.events.map(({ ts }) => ts));
  });

  it('takes a broadcast id that needs escaping', () => {
    const [first] = lines({ scenario: 'calm', listeners: 20, minutes: 2, broadcast: 'a "b" \u2028' });
    expect(JSON.parse(first ?? '')).toMatchObject({ broadcast: 'a "b" \u2028', room: 'a "b" \u2028-1' });
  });

  it.each([
    [{ listeners: 0 }, /^listeners must be a whole number from 1 to 2000000, not 0$/],
    [{ minutes: Number.NaN }, /^minutes must be/],
    [{ seed: -1 }, /^seed must be/],
    [{ severity: 1.5 }, /^severity must be/],
    [{ crashAtSeconds: 99_999 }, /^crashAtSeconds must be/],
    [{ scenario: 'silent' as const, heartbeatMs: 0 }, /^scenario silent needs heartbeats/],
    [{ broadcast: '' }, /broadcast id/],
  ])('refuses %j in one sentence', (options, sentence) => {
    expect(() => record({ scenario: 'calm', ...options })).toThrow(sentence);
  });

  it('keeps to the second what is asked of the fault', () => {
    const { truth } = record({ scenario: 'crash', ...SMALL, crashAtSeconds: 500, durationSeconds: 30, severity: 0.3 });
    const [window] = truth.windows;
    expect(window?.onsetAt).toBe(truth.startMs + 500_000);
    expect(window?.serviceEndAt).toBe(truth.startMs + 530_000);
  });

  it('keeps confounders apart from the fault and says where they are', () => {
    const { truth } = record({
      scenario: 'crash',
      ...SMALL,
      minutes: 40,
      talkEnd: 10,
      exodus: 3,
      waves: 2,
      telemetryGap: {},
    });
    expect(truth.confounders.map(({ kind }) => kind)).toEqual(['talkend', 'exodus', 'push', 'push', 'gap', 'end']);
    const [window] = truth.windows;
    for (const { at } of truth.confounders) {
      expect(Math.abs(at - (window?.onsetAt ?? 0))).toBeGreaterThan(60_000);
    }
  });
});
