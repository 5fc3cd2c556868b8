/**
 * Every metric, as a view of what the engine holds at the moment of the scrape. What is not measured is absent, not 0; a
 * broadcast's series are there as long as the view has the broadcast. Units at this door: seconds.
 */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { WindowType } from '../lib/numbers/report.ts';
import type { Timings } from './engine.ts';
import { labelText, STARTUP_BUCKETS_MS } from './metric-labels.ts';
import type { PipelineTotals } from './pipeline-totals.ts';
import type { BroadcastTally, StartupTimes } from './tally.ts';

/** What the owner of partition 0 knows of a broadcast's windows. */
export interface WindowMetrics {
  /** windows that are open now */
  open: Readonly<Partial<Record<WindowType, number>>>;
  /** windows there were, the open ones included */
  total: Readonly<Partial<Record<WindowType, number>>>;
  /** lost in all windows so far; null: not measured */
  lostListenerMinutes: number | null;
}

export interface BroadcastMetrics extends BroadcastTally {
  /** null: another process owns partition 0 */
  windows: WindowMetrics | null;
}

export interface PartitionMetrics {
  partition: number;
  /** records waiting; null: not known yet */
  lag: number | null;
  /** W_p, over all broadcasts, epoch ms; null: nothing read yet */
  watermarkAt: number | null;
}

/** What the engine provides. Asked once per scrape. */
export interface MetricsView {
  broadcasts(): readonly BroadcastMetrics[];
  /** partitions owned now */
  partitions(): readonly PartitionMetrics[];
  openConnections(): number;
  readonly totals: PipelineTotals;
}

export interface IngestRegistry {
  readonly contentType: string;
  text(): Promise<string>;
  /** for the engine: the two durations it alone sees */
  readonly timings: Timings;
  readonly registry: Registry;
}

const WINDOW_TYPES: readonly WindowType[] = [
  'crash',
  'partial_outage',
  'host_drop',
  'handover',
  'planned_end',
  'telemetry_gap',
  'audio_dropout',
];

export function ingestRegistry(view: MetricsView): IngestRegistry {
  const registry = new Registry();
  const broadcasts = oncePerScrape(() => view.broadcasts());
  broadcastMetrics(registry, broadcasts);
  windowMetrics(registry, broadcasts);
  pipelineMetrics(registry, view);
  return { contentType: registry.contentType, text: () => registry.metrics(), timings: timings(registry), registry };
}

/** All metrics of a scrape are collected in one turn of the event loop: they see one state. */
function oncePerScrape<T>(read: () => T): () => T {
  let seen: { value: T } | null = null;
  return () => {
    if (!seen) {
      seen = { value: read() };
      queueMicrotask(() => {
        seen = null;
      });
    }
    return seen.value;
  };
}

type Broadcasts = () => readonly BroadcastMetrics[];

function broadcastMetrics(registry: Registry, broadcasts: Broadcasts): void {
  const gauge = (name: string, help: string, of: (b: BroadcastMetrics) => number | null) =>
    new Gauge({
      name,
      help,
      labelNames: ['broadcast'],
      registers: [registry],
      collect() {
        this.reset();
        for (const b of broadcasts()) {
          const value = of(b);
          if (value !== null) this.set({ broadcast: labelText(b.broadcast) }, value);
        }
      },
    });
  const counter = (
    name: string,
    help: string,
    label: 'reason' | 'code' | 'outcome',
    of: (b: BroadcastMetrics) => Iterable<readonly [string, number]>,
  ) =>
    new Counter({
      name,
      help,
      labelNames: ['broadcast', label],
      registers: [registry],
      collect() {
        this.reset();
        for (const b of broadcasts()) {
          const one = { broadcast: labelText(b.broadcast) };
          for (const [value, n] of of(b)) this.inc({ ...one, [label]: value }, n);
        }
      },
    });

  gauge('broadcast_connected_listeners', 'Listeners in the broadcast, over all its rooms.', (b) => b.connected);
  gauge(
    'broadcast_hearing_listeners',
    'Listeners whose audio plays; absent where no audio is reported.',
    (b) => b.hearing,
  );
  gauge(
    'broadcast_suspect_listeners',
    'Connected listeners whose connections have fallen silent and are not decided yet; absent without heartbeats.',
    (b) => b.suspect,
  );
  gauge('broadcast_connections', 'Connections of listeners; one listener may have several.', (b) => b.connections);
  gauge('broadcast_hosts_connected', 'Hosts in the broadcast.', (b) => b.hosts);
  gauge(
    'broadcast_data_age_seconds',
    'Time since the second the gauges of this broadcast stand at; take the max over processes.',
    (b) => b.dataAgeSeconds,
  );
  new Counter({
    name: 'broadcast_joins_total',
    help: 'Connections of listeners that opened.',
    labelNames: ['broadcast'],
    registers: [registry],
    collect() {
      this.reset();
      for (const b of broadcasts()) this.inc({ broadcast: labelText(b.broadcast) }, b.joins);
    },
  });
  counter('broadcast_leaves_total', 'Connections of listeners that ended, by reason.', 'reason', (b) =>
    Object.entries(b.leaves),
  );
  counter(
    'broadcast_errors_total',
    'Errors of listeners, by code; absent where none are reported.',
    'code',
    (b) => b.errors ?? [],
  );
  counter(
    'broadcast_attempts_total',
    'Attempts to listen, by how they ended; absent where none are reported.',
    'outcome',
    (b) => Object.entries(b.attempts ?? {}),
  );
  registry.registerMetric(new StartupHistogram(broadcasts));
}

/** A histogram that is counted elsewhere. */
class StartupHistogram extends Histogram<'broadcast'> {
  readonly #broadcasts: Broadcasts;

  constructor(broadcasts: Broadcasts) {
    super({ name: STARTUP_NAME, help: STARTUP_HELP, labelNames: ['broadcast'], registers: [] });
    this.#broadcasts = broadcasts;
  }

  /** what the registry asks for when it prints */
  getForPromString() {
    const values = this.#broadcasts().flatMap(({ broadcast, startup }) =>
      startup ? startupValues(labelText(broadcast), startup) : [],
    );
    return Promise.resolve({ name: STARTUP_NAME, help: STARTUP_HELP, type: 'histogram', aggregator: 'sum', values });
  }
}

const STARTUP_NAME = 'broadcast_time_to_first_audio_seconds';
const STARTUP_HELP = 'Time from the attempt to the first audio, of those listeners that report it.';

function startupValues(broadcast: string, { counts, sumSeconds }: StartupTimes) {
  let sum = 0;
  const buckets = counts.map((count, i) => {
    sum += count;
    const bound = STARTUP_BUCKETS_MS[i];
    return {
      metricName: `${STARTUP_NAME}_bucket`,
      labels: { le: bound === undefined ? '+Inf' : bound / 1000, broadcast },
      sharedLabels: {},
      value: sum,
    };
  });
  return [
    ...buckets,
    { metricName: `${STARTUP_NAME}_sum`, labels: { broadcast }, sharedLabels: {}, value: sumSeconds },
    { metricName: `${STARTUP_NAME}_count`, labels: { broadcast }, sharedLabels: {}, value: sum },
  ];
}

function windowMetrics(registry: Registry, broadcasts: Broadcasts): void {
  const labelNames = ['broadcast', 'type'] as const;
  const highest = new Map<string, Map<WindowType, number>>();
  new Gauge({
    name: 'broadcast_crash_window_open',
    help: 'Windows that are open, by type; exported by the owner of partition 0.',
    labelNames,
    registers: [registry],
    collect() {
      this.reset();
      for (const { broadcast, windows } of broadcasts()) {
        if (!windows) continue;
        for (const type of WINDOW_TYPES) this.set({ broadcast: labelText(broadcast), type }, windows.open[type] ?? 0);
      }
    },
  });
  new Counter({
    name: 'broadcast_crash_windows_total',
    help: 'Windows there were, by the type they were first given and any they were given later; exported by the owner of partition 0.',
    labelNames,
    registers: [registry],
    collect() {
      this.reset();
      const all = broadcasts();
      const there = new Set(all.map(({ broadcast }) => broadcast));
      for (const broadcast of highest.keys()) if (!there.has(broadcast)) highest.delete(broadcast);
      for (const { broadcast, windows } of all) {
        if (!windows) continue;
        const counted = highest.get(broadcast) ?? new Map<WindowType, number>();
        highest.set(broadcast, counted);
        for (const type of WINDOW_TYPES) {
          // a window may be withdrawn, or be of another type later: a counter keeps what it said
          const n = Math.max(counted.get(type) ?? 0, windows.total[type] ?? 0);
          counted.set(type, n);
          this.inc({ broadcast: labelText(broadcast), type }, n);
        }
      }
    },
  });
  new Gauge({
    name: 'broadcast_lost_listener_minutes',
    help: 'Listener-minutes lost in all windows; exported by the owner of partition 0.',
    labelNames: ['broadcast'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { broadcast, windows } of broadcasts()) {
        const lost = windows?.lostListenerMinutes ?? null;
        if (lost !== null) this.set({ broadcast: labelText(broadcast) }, lost);
      }
    },
  });
}

function pipelineMetrics(registry: Registry, view: MetricsView): void {
  const { totals } = view;
  const registers = [registry];
  const total = (name: string, help: string, of: () => number) =>
    new Counter({
      name,
      help,
      registers,
      collect() {
        this.reset();
        this.inc(of());
      },
    });
  const totalBy = (name: string, help: string, label: string, of: ReadonlyMap<string | number, number>) =>
    new Counter({
      name,
      help,
      labelNames: [label],
      registers,
      collect() {
        this.reset();
        for (const [value, n] of of) this.inc({ [label]: value }, n);
      },
    });
  const byPartition = (name: string, help: string, of: (p: PartitionMetrics) => number | null) =>
    new Gauge({
      name,
      help,
      labelNames: ['partition'],
      registers,
      collect() {
        this.reset();
        for (const p of view.partitions()) {
          const value = of(p);
          if (value !== null) this.set({ partition: p.partition }, value);
        }
      },
    });

  totalBy('ingest_records_total', 'Records read, late and rejected ones too.', 'partition', totals.records);
  totalBy('ingest_rejected_total', 'Records rejected at the door, by reason.', 'reason', totals.rejected);
  total('ingest_duplicates_total', 'Second copies of events that were counted already.', () => totals.duplicates);
  total('ingest_late_total', 'Events too late to be counted.', () => totals.late);
  byPartition('ingest_lag_records', 'Records of the partition that wait to be read.', (p) => p.lag);
  byPartition('ingest_watermark_seconds', 'Event time the partition has come to, since the epoch.', (p) =>
    p.watermarkAt === null ? null : p.watermarkAt / 1000,
  );
  new Gauge({
    name: 'ingest_open_connections',
    help: 'Connections held open, over all broadcasts.',
    registers,
    collect() {
      this.set(view.openConnections());
    },
  });
  new Gauge({
    name: 'ingest_partitions_assigned',
    help: 'Partitions this process owns.',
    registers,
    collect() {
      this.set(view.partitions().length);
    },
  });
  totalBy('ingest_restarts_total', 'Consumers begun anew, by reason.', 'reason', totals.restarts);
}

function timings(registry: Registry): Timings {
  const registers = [registry];
  const checkpoint = new Histogram({
    name: 'ingest_checkpoint_seconds',
    help: 'Time a checkpoint takes.',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  const eventToStore = new Histogram({
    name: 'ingest_event_to_store_seconds',
    help: 'Time from the timestamp of the oldest record of a checkpoint to its being stored.',
    buckets: [0.1, 0.25, 0.5, 1, 1.5, 2, 3, 5, 10, 30, 60, 300, 3600],
    registers,
  });
  return {
    checkpoint: (seconds) => checkpoint.observe(seconds),
    eventToStore: (seconds) => eventToStore.observe(seconds),
  };
}
