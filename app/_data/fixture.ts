/** A made-up store for developing the pages without ingest. */
import type { ControlEvent } from '../../lib/event/event.ts';
import type { CrashWindow } from '../../lib/numbers/report.ts';
import type { SecondRow } from '../../lib/numbers/second.ts';
import type { BroadcastStatus, BroadcastSummary, ReadStore } from '../../lib/store/store.ts';

const BOOT = Math.floor(Date.now() / 1000);
const START = BOOT - 1200;
const ONSET = BOOT - 340;

interface Made {
  id: string;
  title: string | null;
  start: number;
  end: number | null;
  hearing: boolean;
  demo: boolean;
  curve: boolean;
  silentSince: number | null;
  level: (t: number) => number;
  windows: CrashWindow[];
}

const noise = (t: number, k: number): number => ((Math.sin(t * 12.9898 + k) * 43758.5453) % 1) * 0.5;

function launchLevel(t: number): number {
  const rise = 620000 / (1 + Math.exp(-(t - (START + 380)) / 190));
  if (t < ONSET) return rise + noise(t, 1) * 2000;
  const peak = 620000 / (1 + Math.exp(-(ONSET - (START + 380)) / 190));
  return peak * (0.4 + 0.6 * Math.exp(-(t - ONSET) / 17)) - (t - ONSET) * 60 + noise(t, 1) * 900;
}

function rowOf(made: Made, second: number, live: number): SecondRow {
  const connected = Math.max(0, Math.round(made.level(second)));
  const crash = made.id.startsWith('launch') && second >= ONSET;
  const age = second - ONSET;
  const hearing = made.hearing
    ? Math.round(crash ? connected * (0.17 + 0.76 * Math.exp(-age / 14)) : connected * 0.932)
    : null;
  const before = Math.max(0, Math.round(made.level(second - 1)));
  const fall = crash ? Math.round(8500 * Math.exp(-(((age - 12) / 13) ** 2)) + 20) : Math.round(connected / 60000);
  const left = Math.round(connected * 0.0007);
  const joins = Math.max(0, connected - before + fall + left);
  const fail = crash ? Math.round(9700 * Math.exp(-(((age - 20) / 20) ** 2)) + 620) : 3;
  const state =
    made.end !== null
      ? 'final'
      : second > live - 4
        ? 'live'
        : second > live - 34
          ? 'provisional'
          : second > live - 250
            ? 'settled'
            : 'final';
  const attempts = joins + fail + 100;
  return {
    second,
    connected,
    hearing,
    connections: connected + 40,
    suspect:
      state === 'live' || state === 'provisional'
        ? Math.round(connected * 0.004 * Math.max(0, second - (live - 34)))
        : 0,
    joins,
    leaves: fall + left,
    leavesByReason: {
      left,
      error: Math.round(fall * 0.8),
      server: 0,
      kicked: 0,
      room_ended: 0,
      timeout: fall - Math.round(fall * 0.8),
      replaced: 0,
      other: 0,
    },
    timeouts: fall - Math.round(fall * 0.8),
    errors: fail,
    attempts,
    failures: fail,
    outcomes: { heard: joins, failed: fail, exited: 60, unresolved: 40 },
    comments: null,
    hosts: made.id.startsWith('launch') ? (age > 92 && age < 262 ? 0 : 1) : 1,
    speakers: 0,
    unmet: null,
    state,
    rev: state === 'final' ? 1 : null,
  };
}

function windowOf(id: string, onset: number, end: number | null, before: number, dropped: number): CrashWindow {
  return {
    id,
    type: 'partial_outage',
    platformWide: false,
    source: 'events',
    onsetAt: onset * 1000,
    detectedAt: (onset + 4) * 1000,
    serviceEndAt: end === null ? null : end * 1000,
    closedAt: end === null ? null : (end + 60) * 1000,
    recoveredAt: end === null ? null : (end + 40) * 1000,
    connectedBefore: before,
    connectedLowest: Math.round(before * 0.39),
    depth: 0.61,
    dropped,
    blocked: 96180,
    lostListenerMinutes: { during: null, total: null },
    returnRate: { '30': 0.02, '120': 0.06, '300': 0.118, '600': null, end: null },
    medianReturnSeconds: null,
    causes: [
      ['edge', 'ams-3', 270100, 290000, 7.12, 7.06, 7.18, true],
      ['edge', 'sin-1', 6000, 38000, 0.29, 0.28, 0.3, false],
      ['edge', 'lhr-2', 8300, 58000, 0.26, 0.25, 0.27, false],
      ['edge', 'fra-1', 13900, 104000, 0.23, 0.22, 0.24, false],
      ['edge', 'iad-2', 14100, 121000, 0.19, 0.18, 0.2, false],
      ['region', 'eu-west', 148740, 201000, 1.84, 1.83, 1.85, false],
      ['client', 'ios', 172120, 331000, 1.04, 1.04, 1.05, false],
    ].map(([attribute, value, d, present, riskRatio, lower, upper, likely]) => ({
      attribute: String(attribute),
      value: String(value),
      dropped: Number(d),
      present: Number(present),
      riskRatio: Number(riskRatio),
      lower: Number(lower),
      upper: Number(upper),
      likely: Boolean(likely),
    })),
    carryOver: null,
    state: 'provisional',
    rev: 1,
  };
}

const gap: CrashWindow = { ...windowOf('g1', ONSET + 168, ONSET + 190, 260000, 0), type: 'telemetry_gap' };
const flat = (level: number, drift: number) => (t: number) =>
  level * (1 + drift * ((t - START) / 1200)) + noise(t, 3) * level * 0.02;
const base = { hearing: true, demo: false, curve: false, silentSince: null, end: null, start: START, windows: [] };
const DAY = 86400;
const MADE: Made[] = [
  {
    ...base,
    id: 'launch-2023-05-24',
    title: 'Presidential launch',
    demo: true,
    level: launchLevel,
    windows: [windowOf('w1', ONSET, null, 612300, 312400), gap],
  },
  { ...base, id: 'campus-fm', title: 'Campus radio', hearing: false, silentSince: BOOT - 252, level: flat(1300, -0.1) },
  {
    ...base,
    id: 'news-evening-0524',
    title: 'Evening news',
    level: (t) =>
      flat(48200, 0)(t) - (t > BOOT - 800 && t < BOOT - 500 ? 22000 * Math.exp(-(t - BOOT + 800) / 120) : 0),
    windows: [windowOf('w2', BOOT - 800, BOOT - 690, 48200, 20100)],
  },
  { ...base, id: 'padel-sf2', title: 'Padel, semi-final', level: flat(190000, 0.12) },
  { ...base, id: 'giraffe-cam', title: 'Giraffe camera', curve: true, hearing: false, level: flat(88310, -0.01) },
  { ...base, id: 'study/room #7 100%', title: 'Study room', level: flat(27981, 0.01) },
  { ...base, id: 'night-shift-0524', title: null, hearing: false, level: flat(9418, 0.05) },
  { ...base, id: 'townhall-q2', title: 'Town hall, questions', level: flat(3204, -0.02) },
  {
    ...base,
    id: 'news-evening-0523',
    title: 'Evening news',
    start: BOOT - DAY - 3600,
    end: BOOT - DAY,
    level: flat(50871, 0),
  },
  {
    ...base,
    id: 'results-0518',
    title: 'Board election, results',
    start: BOOT - 6 * DAY - 3600,
    end: BOOT - 6 * DAY,
    level: flat(5087, 0),
    windows: [windowOf('w3', BOOT - 6 * DAY - 2000, BOOT - 6 * DAY - 1900, 5000, 1800)],
  },
];

function liveOf(made: Made): number {
  const now = Math.floor(Date.now() / 1000) - 1;
  return made.end ?? made.silentSince ?? now;
}

function statusOf(made: Made): BroadcastStatus {
  const live = liveOf(made);
  const ended = made.end !== null;
  return {
    broadcast: made.id,
    title: made.title,
    demo: made.demo,
    kind: made.curve ? 'curve' : 'events',
    known: { hearing: made.hearing, errors: true, attempts: true, comments: false, silence: true },
    firstAt: made.start * 1000,
    lastAt: live * 1000,
    watermark: ended ? Number.POSITIVE_INFINITY : (live - 4) * 1000,
    liveSecond: live,
    longestTimeout: 30000,
    complete: ended,
    storedAt: live * 1000 + 900,
    catchingUp: false,
    state: ended ? 'final' : 'live',
    rev: 1,
  };
}

function rows(made: Made, from: number, to: number): SecondRow[] {
  const live = liveOf(made);
  const result: SecondRow[] = [];
  for (let t = Math.max(from, made.start); t <= Math.min(to, live); t += 1) result.push(rowOf(made, t, live));
  return result;
}

function control(broadcast: string, type: ControlEvent['type'], at: number, label: string | null): ControlEvent {
  return {
    type,
    ts: at * 1000,
    broadcast,
    room: 'room-1',
    roomSent: true,
    id: `${type}-${at}`,
    source: null,
    label,
    author: null,
    replaces: null,
    startsAt: null,
  };
}

export function fixtureStore(empty: boolean): ReadStore {
  const list = empty ? [] : MADE;
  const find = (id: string) => list.find((made) => made.id === id) ?? null;
  return {
    changeToken: async () => String(Math.floor(Date.now() / 1000)),
    broadcasts: async () =>
      list.map((made): BroadcastSummary => {
        const live = liveOf(made);
        const last = rowOf(made, live, live);
        const before = live - 300 >= made.start ? rowOf(made, live - 300, live).connected : null;
        const spark = Array.from({ length: 60 }, (_, i) =>
          Math.round(made.level(made.start + ((live - made.start) * i) / 59)),
        );
        return {
          ...statusOf(made),
          connected: last.connected,
          hearing: last.hearing,
          peak: Math.max(...rows(made, made.start, live).map((row) => row.connected)),
          change5m: before === null ? null : last.connected - before,
          windows: made.windows.filter((w) => w.type !== 'telemetry_gap').length,
          windowOpen: made.windows.some((w) => w.closedAt === null),
          spark,
        };
      }),
    status: async (id) => {
      const made = find(id);
      return made === null ? null : statusOf(made);
    },
    series: async (id, query = {}) => {
      const made = find(id);
      return made === null ? [] : rows(made, query.from ?? 0, (query.to ?? Number.POSITIVE_INFINITY) - 1);
    },
    errorsByCode: async (id, query = {}) => {
      const made = find(id);
      if (made === null) return [];
      return rows(made, query.from ?? 0, (query.to ?? Number.POSITIVE_INFINITY) - 1).flatMap((row) => [
        { second: row.second, code: 'capacity', count: Math.round((row.errors ?? 0) * 0.84) },
        { second: row.second, code: 'ice_failed', count: Math.round((row.errors ?? 0) * 0.11) },
      ]);
    },
    controls: async (id) =>
      id.startsWith('launch')
        ? [
            control(id, 'room_start', START, null),
            control(id, 'segment_start', START + 60, 'Waiting room'),
            control(id, 'segment_start', START + 600, 'Opening'),
            control(id, 'segment_end', START + 600, 'Waiting room'),
            control(id, 'note', ONSET - 102, 'Autoscaler at its ceiling on ams-3'),
            control(id, 'note', ONSET + 58, 'Moved capacity from fra-1 to ams-3'),
            control(id, 'note', ONSET + 230, 'Asked the host to rejoin from a wired line'),
          ]
        : [],
    stays: async function* () {},
    windows: async (id) => find(id)?.windows ?? [],
    pipeline: async () => [
      {
        source: 'kafka:broadcast-events',
        partitions: Array.from({ length: 12 }, (_, partition) => ({
          partition,
          lagRecords: empty ? 0 : partition * 103,
          watermarkAt: empty ? null : Date.now() - 5000,
          offset: 1000,
        })),
        rejected: empty ? {} : { clock: 9, json: 5 },
        duplicates: 310,
        late: 0,
        checkpointAt: Date.now() - 300,
        trouble: null,
      },
    ],
    close: async () => {},
  };
}
