/** A fact sheet with defaults, for tests. */
import type { CrashWindow, Report } from '../numbers/report.ts';

const START = Date.UTC(2023, 4, 24, 21, 48);
const END = START + 5_070_000;

export function aReport(parts: Partial<Report> = {}): Report {
  return {
    broadcast: 'launch',
    title: 'Presidential launch',
    schema: 1,
    asOfAt: END,
    state: 'final',
    rev: 1,
    firstEventAt: START,
    lastEventAt: END,
    startedAt: START,
    endedAt: END,
    runtimeSeconds: 5_070,
    rooms: [],
    peak: { connected: 600, at: START + 60_000, minuteMean: 590, minuteMeanAt: START + 60_000 },
    peakHearing: { hearing: 572, at: START + 61_000, minuteMean: 560, minuteMeanAt: START + 60_000 },
    listenerMinutes: { connected: 18_470, hearing: 14_000.5 },
    averageMinuteAudience: { connected: 218.6, hearing: 165.7, excludingCrashWindows: 247.3 },
    unique: 868,
    reach: 641,
    connections: 1_400,
    joins: 1_500,
    leaves: { left: 1_500 },
    errors: null,
    attempts: null,
    comments: null,
    demand: null,
    timeToFirstAudio: null,
    crashWindows: [],
    segments: [],
    notes: [],
    hosts: [],
    claims: [],
    quality: {
      events: 12_000,
      duplicates: 3,
      late: 0,
      rejected: {},
      orphanLeaves: 0,
      joinsLost: 0,
      timeouts: 12,
      splitListeners: 0,
      sources: 1,
    },
    ...parts,
  };
}

export function aWindow(parts: Partial<CrashWindow> = {}): CrashWindow {
  return {
    id: 'w1',
    type: 'crash',
    platformWide: false,
    source: 'events',
    onsetAt: START + 972_000,
    detectedAt: START + 976_000,
    serviceEndAt: START + 2_702_000,
    closedAt: START + 2_762_000,
    recoveredAt: null,
    connectedBefore: 612,
    connectedLowest: 96,
    depth: 0.729,
    dropped: 338,
    blocked: 214,
    lostListenerMinutes: { during: 7_606, total: 13_671 },
    returnRate: { '30': 0.01, '120': 0.069, '300': 0.106, '600': 0.111, end: 0.416 },
    medianReturnSeconds: null,
    causes: [
      {
        attribute: 'edge',
        value: 'ams-3',
        dropped: 270,
        present: 290,
        riskRatio: 7.1,
        lower: 7.06,
        upper: 7.18,
        likely: true,
      },
    ],
    carryOver: { room: 'room-2', share: 0.382, deadAirSeconds: 41 },
    state: 'final',
    rev: 1,
    ...parts,
  };
}
