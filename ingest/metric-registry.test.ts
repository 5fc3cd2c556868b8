import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labelText } from './metric-labels.ts';
import { type BroadcastMetrics, ingestRegistry, type MetricsView } from './metric-registry.ts';
import { PipelineTotals } from './pipeline-totals.ts';

const NO_LEAVES = { left: 0, error: 0, server: 0, kicked: 0, room_ended: 0, timeout: 0, replaced: 0, other: 0 };

function broadcast(over: Partial<BroadcastMetrics> = {}): BroadcastMetrics {
  return {
    broadcast: 'launch',
    connected: 5,
    hearing: 4,
    suspect: 1,
    connections: 6,
    hosts: 1,
    joins: 9,
    leaves: { ...NO_LEAVES, left: 3 },
    errors: new Map([
      ['network', 2],
      ['other', 0],
    ]),
    attempts: { heard: 7, failed: 1, exited: 0, unresolved: 2 },
    startup: { counts: [0, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], sumSeconds: 91.5 },
    windows: { open: { crash: 1 }, total: { crash: 2 }, lostListenerMinutes: 12.5 },
    dataAgeSeconds: 5.5,
    ...over,
  };
}

function view(broadcasts: readonly BroadcastMetrics[] = [], over: Partial<MetricsView> = {}): MetricsView {
  return {
    broadcasts: () => broadcasts,
    partitions: () => [{ partition: 0, lag: 3, watermarkAt: 1_700_000_000_500 }],
    openConnections: () => 6,
    totals: new PipelineTotals(['stalled']),
    ...over,
  };
}

/** The samples of a metric, one line each. */
async function samples(of: MetricsView, name: string): Promise<string[]> {
  const text = await ingestRegistry(of).text();
  return text.split('\n').filter((line) => new RegExp(`^${name}(_bucket|_sum|_count)?[{ ]`).test(line));
}

describe('metrics', () => {
  it('tell of a broadcast what the view tells', async () => {
    const text = await ingestRegistry(view([broadcast()])).text();
    for (const line of [
      'broadcast_connected_listeners{broadcast="launch"} 5',
      'broadcast_hearing_listeners{broadcast="launch"} 4',
      'broadcast_suspect_listeners{broadcast="launch"} 1',
      'broadcast_connections{broadcast="launch"} 6',
      'broadcast_hosts_connected{broadcast="launch"} 1',
      'broadcast_joins_total{broadcast="launch"} 9',
      'broadcast_leaves_total{broadcast="launch",reason="left"} 3',
      'broadcast_leaves_total{broadcast="launch",reason="timeout"} 0',
      'broadcast_errors_total{broadcast="launch",code="network"} 2',
      'broadcast_attempts_total{broadcast="launch",outcome="unresolved"} 2',
      'broadcast_crash_window_open{broadcast="launch",type="crash"} 1',
      'broadcast_crash_window_open{broadcast="launch",type="handover"} 0',
      'broadcast_crash_windows_total{broadcast="launch",type="crash"} 2',
      'broadcast_lost_listener_minutes{broadcast="launch"} 12.5',
      'broadcast_data_age_seconds{broadcast="launch"} 5.5',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
  });

  it('leave out what is not measured, rather than say 0', async () => {
    const unknown = broadcast({
      hearing: null,
      suspect: null,
      errors: null,
      attempts: null,
      startup: null,
      windows: null,
    });
    const text = await ingestRegistry(view([unknown])).text();
    const present = new Set(text.split('\n').flatMap((line) => /^(broadcast_\w+)\{/.exec(line)?.[1] ?? []));
    expect([...present].sort()).toEqual([
      'broadcast_connected_listeners',
      'broadcast_connections',
      'broadcast_data_age_seconds',
      'broadcast_hosts_connected',
      'broadcast_joins_total',
      'broadcast_leaves_total',
    ]);
  });

  it('add start-up times up over their buckets', async () => {
    const lines = await samples(view([broadcast()]), 'broadcast_time_to_first_audio_seconds');
    expect(lines.slice(0, 3)).toEqual([
      'broadcast_time_to_first_audio_seconds_bucket{le="0.1",broadcast="launch"} 0',
      'broadcast_time_to_first_audio_seconds_bucket{le="0.25",broadcast="launch"} 2',
      'broadcast_time_to_first_audio_seconds_bucket{le="0.5",broadcast="launch"} 3',
    ]);
    expect(lines.slice(-4)).toEqual([
      'broadcast_time_to_first_audio_seconds_bucket{le="60",broadcast="launch"} 3',
      'broadcast_time_to_first_audio_seconds_bucket{le="+Inf",broadcast="launch"} 4',
      'broadcast_time_to_first_audio_seconds_sum{broadcast="launch"} 91.5',
      'broadcast_time_to_first_audio_seconds_count{broadcast="launch"} 4',
    ]);
  });

  it('lose the series of a broadcast with the broadcast', async () => {
    let all = [broadcast(), broadcast({ broadcast: 'other' })];
    const metrics = ingestRegistry(view([], { broadcasts: () => all }));
    expect(await metrics.text()).toContain('broadcast="launch"');
    all = all.slice(1);
    const text = await metrics.text();
    expect([text.includes('broadcast="launch"'), text.includes('broadcast="other"')]).toEqual([false, true]);
  });

  it('see one state in one scrape', async () => {
    let asked = 0;
    const metrics = ingestRegistry(view([], { broadcasts: () => [broadcast({ connected: ++asked })] }));
    await metrics.text();
    expect(asked).toBe(1);
    expect(await metrics.text()).toContain('broadcast_connected_listeners{broadcast="launch"} 2');
  });

  it('never take back a window they have counted', async () => {
    let total = { crash: 1 };
    const windows = () => ({ open: {}, total, lostListenerMinutes: null });
    const metrics = ingestRegistry(view([], { broadcasts: () => [broadcast({ windows: windows() })] }));
    const counted = async () => /windows_total\{broadcast="launch",type="crash"\} (\d)/.exec(await metrics.text())?.[1];
    expect(await counted()).toBe('1');
    total = { crash: 0 };
    expect(await counted()).toBe('1');
    total = { crash: 2 };
    expect(await counted()).toBe('2');
  });

  it('tell how the pipeline stands', async () => {
    const of = view();
    of.totals.addRecords(0, 10);
    of.totals.addRecords(0, 5);
    of.totals.addRejected('json', 1);
    of.totals.addRestart('crash');
    of.totals.late = 2;
    const metrics = ingestRegistry(of);
    metrics.timings.checkpoint(0.02);
    metrics.timings.eventToStore(1.2);
    const lines = (await metrics.text()).split('\n');
    for (const line of [
      'ingest_records_total{partition="0"} 15',
      'ingest_rejected_total{reason="json"} 1',
      'ingest_rejected_total{reason="clock"} 0',
      'ingest_duplicates_total 0',
      'ingest_late_total 2',
      'ingest_lag_records{partition="0"} 3',
      'ingest_watermark_seconds{partition="0"} 1700000000.5',
      'ingest_open_connections 6',
      'ingest_partitions_assigned 1',
      'ingest_restarts_total{reason="stalled"} 0',
      'ingest_restarts_total{reason="crash"} 1',
      'ingest_checkpoint_seconds_count 1',
      'ingest_event_to_store_seconds_sum 1.2',
    ]) {
      expect(lines).toContain(line);
    }
  });

  it('leave out a lag and a watermark that are not known yet', async () => {
    const of = view([], { partitions: () => [{ partition: 1, lag: null, watermarkAt: null }] });
    expect(await samples(of, 'ingest_lag_records')).toEqual([]);
    expect(await samples(of, 'ingest_watermark_seconds')).toEqual([]);
    expect(await samples(of, 'ingest_partitions_assigned')).toEqual(['ingest_partitions_assigned 1']);
  });

  it('carry a broadcast of any name', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }), async (name) => {
        const [line, ...more] = await samples(view([broadcast({ broadcast: name })]), 'broadcast_connected_listeners');
        expect(more).toEqual([]);
        const printed = /^broadcast_connected_listeners\{broadcast="((?:[^"\\\n]|\\[\\"n])*)"\} 5$/s.exec(
          line ?? '',
        )?.[1];
        const read = printed?.replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char));
        expect(read).toBe(name);
      }),
      { numRuns: 50, examples: [['a"b\\c\nd'], ['a\0b'], ['😀'], ['a\r\tb'], ['\u2028']] },
    );
  });
});

describe('a label', () => {
  it.each([
    ['launch', 'launch'],
    ['a\0b', 'a\0b'],
    ['\ud83d', '\\ud83d'],
    ['😀\ude00', '😀\\ude00'],
  ])('of %j is written as %j', (id, label) => expect(labelText(id)).toBe(label));
});

describe('promtool', () => {
  const promtool = (process.env.PATH ?? '')
    .split(':')
    .map((folder) => join(folder, 'promtool'))
    .find(isThere);
  if (promtool === undefined && !process.env.CI) {
    process.stderr.write(
      'SKIPPED: the metrics are not checked by promtool, as it is not installed (Debian: prometheus).\n',
    );
  }

  it.skipIf(promtool === undefined && !process.env.CI)('finds nothing wrong', async () => {
    if (promtool === undefined)
      throw new Error('promtool must be there in CI, and it is not in PATH: install prometheus.');
    const odd = ['launch', 'a"b\\c\nd', 'a\0b', '\ud800x', '😀 \u2028\r\t', '\u0001\u007f', ',reason="left"} 1'];
    const of = view(odd.map((name) => broadcast({ broadcast: name })));
    of.totals.addRecords(0, 1);
    const metrics = ingestRegistry(of);
    metrics.timings.checkpoint(0.02);
    const { stderr, status } = spawnSync(promtool, ['check', 'metrics'], {
      input: await metrics.text(),
      encoding: 'utf8',
    });
    // the audience is measured in listener-minutes, as in its trade, and not in listener-seconds
    const complaints = stderr
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('broadcast_lost_listener_minutes use base unit'));
    expect({ complaints, status: status === 3 && complaints.length === 0 ? 0 : status }).toEqual({
      complaints: [],
      status: 0,
    });
  });
});

function isThere(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
