import { describe, expect, it } from 'vitest';
import { isControl } from '../event/event.ts';
import { audience, presences, record } from './recount.ts';

const LISTENERS = 6_000;
const H = 30_000;

describe('launch, at a hundredth of its size', () => {
  const recorded = record({ scenario: 'launch', listeners: LISTENERS, heartbeatMs: H });
  const { events, truth } = recorded;
  const found = presences(recorded, H);
  const connected = audience(found, truth);
  const hearing = audience(found, truth, (presence) => presence.hearing);
  const second = audience(
    found.filter(({ room }) => room === 'launch-2'),
    truth,
  );
  const minute = (series: number[], minutes: number) => series[Math.round(minutes * 60)] ?? 0;
  const remark = (type: string, label: string) =>
    events.find((e) => e.type === type && 'label' in e && e.label === label);

  it('is full at the opening while more than twice as many try', () => {
    expect(Math.max(...connected.slice(0, 16 * 60))).toBeGreaterThan(0.98 * LISTENERS);
    expect(Math.max(...connected)).toBeLessThan(1.02 * LISTENERS);
    const trying = new Set(events.flatMap((e) => (e.type === 'attempt' && 'listener' in e ? [e.listener] : [])));
    expect(trying.size).toBeGreaterThan(2 * LISTENERS);
  });

  it('loses more than half when the first room fails', () => {
    expect(minute(connected, 16.5)).toBeGreaterThan(0.98 * LISTENERS);
    expect(minute(connected, 22)).toBeLessThan(0.5 * LISTENERS);
    expect(truth.windows).toHaveLength(1);
    const [window] = truth.windows;
    expect(window?.serviceEndAt).toBe((window?.onsetAt ?? 0) + 30 * 60_000);
    expect(window?.dropped).toBeGreaterThan(0.5 * LISTENERS);
    expect(window?.blocked).toBeGreaterThan(0.2 * LISTENERS);
  });

  it('fails at one edge site first and worst', () => {
    const onsetAt = truth.windows[0]?.onsetAt ?? 0;
    const out = found.filter(
      ({ to, ending }) => to >= onsetAt && to < onsetAt + 150_000 && /server|error|fatal|silence/.test(ending),
    );
    const early = out.filter(({ to }) => to < onsetAt + 30_000);
    expect(early.filter(({ edge }) => edge === 'iad-1').length).toBeGreaterThan(0.85 * early.length);
    const there = found.filter(({ from, to }) => from < onsetAt && to >= onsetAt);
    const share = (edges: (edge: string) => boolean) =>
      out.filter(({ edge }) => edges(edge)).length / there.filter(({ edge }) => edges(edge)).length;
    expect(share((edge) => edge === 'iad-1')).toBeGreaterThan(0.85);
    expect(share((edge) => edge !== 'iad-1')).toBeLessThan(0.75);
  });

  it('is garbled and silent for those who stay', () => {
    expect(minute(hearing, 21)).toBeLessThan(0.5 * minute(connected, 21));
    const codes = new Set(events.flatMap((event) => ('code' in event && event.code !== '' ? [event.code] : [])));
    for (const code of ['capacity', 'server', 'audio_garbled']) expect(codes).toContain(code);
  });

  it('opens a second room that peaks near half of the first one', () => {
    expect(Math.max(...second)).toBeGreaterThan(0.475 * LISTENERS);
    expect(Math.max(...second)).toBeLessThan(0.525 * LISTENERS);
  });

  it('is heard through half of the speech by 161 of every 600', () => {
    const from = remark('segment_start', 'the speech')?.ts ?? 0;
    const to = remark('segment_end', 'the speech')?.ts ?? 0;
    const heard = new Map<string, number>();
    for (const { listener, hearing: intervals } of found) {
      const ms = intervals.reduce((sum, [a, b]) => sum + Math.max(0, Math.min(b, to) - Math.max(a, from)), 0);
      heard.set(listener, (heard.get(listener) ?? 0) + ms);
    }
    const half = [...heard.values()].filter((ms) => ms >= (to - from) / 2).length;
    expect(Math.abs(half / LISTENERS - 161 / 600)).toBeLessThan(0.012);
  });

  it('has a host who drops out and comes back, and two notes on capacity', () => {
    const host = events.filter((event) => !isControl(event) && event.listener === 'host-1');
    expect(host.map((event) => [event.type, event.room])).toEqual([
      ['join', 'launch-1'],
      ['leave', 'launch-1'],
      ['join', 'launch-1'],
      ['join', 'launch-2'],
      ['leave', 'launch-1'],
      ['leave', 'launch-2'],
    ]);
    const notes = events.filter(({ type }) => type === 'note');
    expect(notes).toHaveLength(2);
    for (const note of notes) expect('label' in note && note.label).toMatch(/^capacity reallocated/);
  });

  it('is over after just over an hour', () => {
    expect(truth.endMs - truth.startMs).toBe(65 * 60_000);
    expect(truth.startMs).toBe(Date.parse('2023-05-24T22:00:00Z'));
  });

  it('tells the same story in a shorter evening', () => {
    const short = record({ scenario: 'launch', listeners: 1_000, minutes: 13, heartbeatMs: 10_000 });
    const series = audience(presences(short, 10_000), short.truth);
    expect(series[3 * 60]).toBeGreaterThan(900);
    expect(series[5 * 60 + 10]).toBeLessThan(500);
    expect(short.truth.windows[0]?.onsetAt).toBe(short.truth.startMs + 17 * 12_000);
  });
});
