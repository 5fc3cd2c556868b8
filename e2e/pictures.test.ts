/** Pictures and documents that leave the product, looked at. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { difference, pixelsOf } from './png-pixels.ts';
import { cleanUp, newFolder, output } from './product.ts';

const START = Date.UTC(2024, 2, 1, 20);
const ENV = { SOURCE_DATE_EPOCH: '1709330000' };
/** As it was looked at and found good; UPDATE_PICTURES=1 keeps the new one in its place. */
const KEPT = join(import.meta.dirname, 'pictures', 'launch.png');
const tools = ['pdftoppm', 'pdftotext'].filter((tool) => !runs(tool));
if (tools.length > 0) console.error(`No ${tools.join(', ')} to look at the PDF: install poppler-utils.`);

function runs(tool: string): boolean {
  try {
    execFileSync(tool, ['-v'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('what leaves the product as a picture or a page', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await newFolder();
    await writeFile(
      join(folder, 'launch.ndjson'),
      `${evening()
        .map((event) => JSON.stringify(event))
        .join('\n')}\n`,
    );
    await output(['replay', 'launch.ndjson'], { folder });
  });
  afterAll(cleanUp);

  it('the chart is the picture that was looked at', async () => {
    await output(['chart', 'launch', '--out', 'launch.png'], { folder, env: ENV });
    const made = readFileSync(join(folder, 'launch.png'));
    if (process.env.UPDATE_PICTURES) await writeFile(KEPT, made);
    expect(difference(pixelsOf(made), pixelsOf(readFileSync(KEPT)), 24)).toBeLessThan(0.002);
  });

  it('the chart is the same bytes again, and another picture in the dark or of another window', async () => {
    const chart = (...more: string[]) => output(['chart', 'launch', ...more], { folder, env: ENV });
    const [svg, again, dark, part] = await Promise.all([
      chart(),
      chart(),
      chart('--theme', 'dark'),
      chart('--from', '2024-03-01T20:10:00Z', '--to', '2024-03-01T20:20:00Z'),
    ]);
    expect([again === svg, dark === svg, part.includes('20:10:00 to 20:20:00')]).toEqual([true, false, true]);
    // broadcast, window, zone, state, revision, and when it was made
    const said = [
      'Launch night',
      '1 Mar 2024, 20:00:00 to 20:30:00 UTC',
      'Final, revision 1',
      'made 1 Mar 2024, 21:53 UTC',
    ];
    expect(said.filter((words) => !svg.includes(words))).toEqual([]);
  });

  it.skipIf(tools.length > 0)('the fact sheet as PDF is one A4 page with everything on it', async () => {
    await output(['report', 'launch', '--format', 'pdf', '--out', 'launch.pdf'], { folder, env: ENV });
    const report = JSON.parse(await output(['report', 'launch'], { folder }));
    const text = execFileSync('pdftotext', ['-layout', join(folder, 'launch.pdf'), '-'], { encoding: 'utf8' });
    expect(text.split('\f').filter((page) => page.trim() !== '')).toHaveLength(1);
    const said = ['Launch night', 'Numbers', 'Segments', 'Crash windows', 'Quality of the data', 'UTC', 'evision 1'];
    for (const words of [...said, String(report.peak.connected), String(report.unique)]) expect(text).toContain(words);
    execFileSync('pdftoppm', ['-r', '50', '-gray', '-singlefile', join(folder, 'launch.pdf'), join(folder, 'page')]);
    const page = readFileSync(join(folder, 'page.pgm'));
    const [, width, height] = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(page.toString('latin1', 0, 40)) ?? [];
    expect(Number(height) / Number(width)).toBeCloseTo(Math.SQRT2, 1);
    const pixels = page.subarray(page.length - Number(width) * Number(height));
    const rows = Array.from({ length: Number(height) }, (_, row) => {
      return pixels.subarray(row * Number(width), (row + 1) * Number(width)).some((grey) => grey < 128);
    });
    // ink from near the top to well down the page, and none at its very edge
    expect(rows.findIndex(Boolean)).toBeLessThan(40);
    expect(rows.findLastIndex(Boolean)).toBeGreaterThan(Number(height) / 2);
    expect(rows.filter(Boolean).length).toBeGreaterThan(100);
    expect(rows.at(-1)).toBe(false);
  });
});

/** A hundred come, eighty are cut off at once, half of these come back; half an hour, two rooms, a host, a chapter, notes. */
function evening(): Record<string, unknown>[] {
  const events: Record<string, unknown>[] = [];
  const at = (second: number, type: string, more: Record<string, unknown>): void => {
    events.push({ type, ts: START + second * 1000, broadcast: 'launch', ...more });
  };
  at(0, 'title', { label: 'Launch night' });
  at(0, 'room_start', { room: 'room-1' });
  at(1, 'join', { room: 'room-1', listener: 'host', connection: 'h', role: 'host' });
  at(120, 'segment_start', { label: 'the speech' });
  for (let i = 0; i < 100; i++) {
    const who = { room: 'room-1', listener: `l${i}`, connection: `a${i}` };
    at(5 + 3 * i, 'join', { ...who, attrs: { client: i % 2 ? 'ios' : 'web', edge: i < 80 ? 'ams-1' : 'fra-1' } });
    at(6 + 3 * i, 'playing', { ...who, startupMs: 900 });
    if (i >= 80) at(1500 + i, 'leave', who);
    else {
      at(600, 'error', { ...who, code: 'server', fatal: true });
      if (i % 2 === 0) at(700 + 3 * i, 'join', { room: 'room-2', listener: `l${i}`, connection: `b${i}` });
      if (i % 2 === 0) at(701 + 3 * i, 'playing', { room: 'room-2', listener: `l${i}`, connection: `b${i}` });
      if (i % 2 === 0) at(1600 + i, 'leave', { room: 'room-2', listener: `l${i}`, connection: `b${i}` });
    }
  }
  at(640, 'note', { label: 'restarted the edge', author: 'ops' });
  at(690, 'room_start', { room: 'room-2' });
  at(1400, 'segment_end', { label: 'the speech' });
  at(1790, 'room_end', { room: 'room-1' });
  at(1800, 'room_end', { room: 'room-2' });
  return events.sort((a, b) => Number(a.ts) - Number(b.ts));
}
