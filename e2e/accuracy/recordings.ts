/** Real recordings, where they are at hand: netsplits of a chat channel, and falls of viewer counts. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { curveFalls } from '../../lib/crash/curve-falls.ts';
import type { ListenerEvent } from '../../lib/event/event.ts';
import { parseFast } from '../../lib/event/scan.ts';
import { Timeline } from '../../lib/forensics/timeline.ts';
import { curveLevels, type Sample } from '../../lib/numbers/curve.ts';
import { runs } from '../../lib/numbers/rows.ts';
import { StreamCount } from './count.ts';
import { detect, publishedWindows } from './measure.ts';
import { LEAST_DROPPED } from './score.ts';

/** Leaves `server` this close together are one netsplit, ms. */
const ONE_SPLIT_MS = 60_000;
export interface RecordingResult {
  name: string;
  hours: number;
  truths: number;
  found: number;
  /** windows that belong to no truth */
  others: number;
  /** what was counted as truth */
  note: string;
}

export function recordings(folder: string): RecordingResult[] {
  return [...splits(join(folder, 'irc')), ...curves(join(folder, 'gdq'))];
}

interface Split {
  from: number;
  to: number;
  leaves: number;
}

function splits(folder: string): RecordingResult[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.ndjson.gz'))
    .flatMap((name) => {
      const events = listenerEvents(gunzipSync(readFileSync(join(folder, name))));
      const truths = splitsOf(events).filter((split) => split.leaves >= LEAST_DROPPED);
      const hidden = events.map((e) => (e.type === 'leave' ? { ...e, reason: null } : e));
      return [
        splitResult(`irc netsplits, ${name.slice(0, 12)}`, events, truths),
        splitResult('the same, reasons hidden', hidden, truths),
      ];
    });
}

function listenerEvents(bytes: Uint8Array): ListenerEvent[] {
  const events: ListenerEvent[] = [];
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(10, start);
    const end = newline < 0 ? bytes.length : newline;
    const parsed = parseFast(bytes, start, end, null);
    if (parsed.kind === 'event' && 'listener' in parsed.event) events.push(parsed.event);
    start = end + 1;
  }
  return events;
}

function splitsOf(events: readonly ListenerEvent[]): Split[] {
  const found: Split[] = [];
  for (const event of events) {
    if (event.type !== 'leave' || event.reason !== 'server') continue;
    const last = found.at(-1);
    if (last && event.ts - last.to <= ONE_SPLIT_MS) {
      last.to = event.ts;
      last.leaves++;
    } else found.push({ from: event.ts, to: event.ts, leaves: 1 });
  }
  return found;
}

function splitResult(name: string, events: readonly ListenerEvent[], truths: readonly Split[]): RecordingResult {
  const count = new StreamCount({ breakdowns: [] });
  for (const event of events) count.take(event);
  const counted = count.finish(false);
  const timeline = new Timeline([...runs(counted.stored, counted.from, counted.to)]);
  const windows = publishedWindows(counted, timeline, detect(counted).detected).filter(
    (w) => w.state !== 'withdrawn' && w.type !== 'telemetry_gap' && w.type !== 'planned_end',
  );
  const found = truths.filter((t) =>
    windows.some((w) => w.onsetAt >= t.from - 15_000 && w.onsetAt <= t.to + ONE_SPLIT_MS),
  );
  const hours = (counted.to - counted.from) / 3600;
  const note = `bursts of ${LEAST_DROPPED} or more leaves "server"`;
  return { name, hours, truths: truths.length, found: found.length, others: windows.length - found.length, note };
}

/** Viewers lost for longer than a reading: at least so much, and not back in the next known samples. */
const FALL = 0.3;
const STAYS_BELOW = 0.85;
const NEXT_SAMPLES = 3;
const LEAST_VIEWERS = 1_000;

function curves(folder: string): RecordingResult[] {
  if (!existsSync(folder)) return [];
  const result: RecordingResult = { name: 'gdq viewer counts', hours: 0, truths: 0, found: 0, others: 0, note: '' };
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.csv'))) {
    const samples = samplesOf(readFileSync(join(folder, name), 'utf8'));
    const levels = curveLevels(samples);
    const truths = fallsOf(samples);
    const windows = curveFalls(levels);
    const found = truths.filter((at) => windows.some((w) => Math.abs(w.detectedAt * 1000 - at) <= 180_000));
    result.hours += ((samples.at(-1)?.at ?? 0) - (samples[0]?.at ?? 0)) / 3_600_000;
    result.truths += truths.length;
    result.found += found.length;
    result.others += windows.length - found.length;
  }
  result.note = `falls of ${FALL * 100} % from one known sample to the next that last`;
  return [result];
}

function samplesOf(text: string): Sample[] {
  return text
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => {
      const [time, viewers] = line.split(',');
      const value = viewers === undefined || viewers === '' ? null : Number(viewers);
      return { at: Date.parse(time ?? ''), value: value === null || value < 0 ? null : value };
    });
}

function fallsOf(samples: readonly Sample[]): number[] {
  const known = samples.filter((s) => s.value !== null).map((s) => ({ at: s.at, value: s.value ?? 0 }));
  const falls: number[] = [];
  for (let i = 1; i < known.length - NEXT_SAMPLES; i++) {
    const before = known[i - 1];
    const now = known[i];
    if (!before || !now || before.value < LEAST_VIEWERS || now.at - before.at > 60_000) continue;
    const after = known.slice(i, i + NEXT_SAMPLES);
    if (now.value > (1 - FALL) * before.value) continue;
    if (after.every((s) => s.value <= STAYS_BELOW * before.value)) falls.push(now.at);
  }
  return falls;
}
