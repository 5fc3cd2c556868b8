/** The evening without its fault: people come, stay and go, segments follow each other, the hosts say goodbye. */
import { bouncersLeft, spentHazard } from './leaving.ts';
import { SOURCES } from './listener.ts';
import type { Settings } from './options.ts';
import type { Confounder, Plan } from './plan.ts';
import { between, type Random } from './random.ts';

const BOUNCE_SHARE = 0.2;
const COMES_AGAIN_LIFT = 0.97;

const TITLES: Readonly<Record<Settings['scenario'], string>> = {
  launch: 'Launch night',
  calm: 'A calm evening',
  crash: 'An evening with a crash',
  partial: 'An evening with one site down',
  silent: 'An evening with a sudden silence',
  handover: 'An evening with a move',
  flapping: 'An evening with many short crashes',
  stampede: 'An evening with a rush',
  'telemetry-gap': 'An evening with a blind spot',
  dropout: 'An evening with lost sound',
};

/** Where the fault falls, so that what looks like one stays away from it. Epoch ms. */
export interface FaultTime {
  at: number;
  /** of one fault; `flapping` has several */
  durationMs: number;
}

type Span = readonly [from: number, to: number];

export function titleOf(settings: Settings): string {
  return TITLES[settings.scenario];
}

/** A room, a crew of two, three segments, arrivals that peak near `listeners`, and the asked-for confounders. */
export function createShow(settings: Settings, fault: FaultTime, random: Random): Plan {
  const { startMs, minutes } = settings;
  const lengthMs = Math.round(minutes * 60) * 1000;
  const endMs = startMs + lengthMs;
  const showEndMs = startMs + Math.round(lengthMs * between(random, 0.915, 0.935));
  const seconds = lengthMs / 1000;
  const after = (share: number) => Math.round(startMs + share * lengthMs);
  const room = `${settings.broadcast}-1`;
  const plan: Plan = {
    startMs,
    endMs,
    showEndMs,
    rooms: [{ room, opensAt: startMs, closesAt: endMs, capacity: [], foundAfterMs: 0 }],
    crew: [
      { listener: 'host-1', role: 'host', room: 0, from: startMs + 300, to: showEndMs, reason: 'left' },
      { listener: 'speaker-1', role: 'speaker', room: 0, from: startMs + 2_000, to: showEndMs - 1_500, reason: 'left' },
    ],
    remarks: [
      { type: 'title', at: startMs + 100, label: titleOf(settings), author: null },
      { type: 'segment_start', at: after(0.04), label: 'welcome', author: null },
      { type: 'segment_end', at: after(0.15), label: 'welcome', author: null },
      { type: 'segment_start', at: after(0.15) + 1, label: 'the talk', author: null },
      { type: 'segment_end', at: after(0.7), label: 'the talk', author: null },
      { type: 'segment_start', at: after(0.7) + 1, label: 'questions', author: null },
      { type: 'segment_end', at: showEndMs, label: 'questions', author: null },
    ],
    arrivals: opening(seconds),
    hazard: new Float64Array(seconds).fill(1 / (0.6 * seconds)),
    bounceShare: BOUNCE_SHARE,
    secondDeviceShare: 0.04,
    patience: {
      automatic: 0.8,
      longestPauseMs: 60_000,
      givesUp: 0.1,
      looksAgain: 0.5,
      looksAgainAfterMs: 4 * 60_000,
    },
    strikes: [],
    muffles: [],
    refusals: [],
    gaps: [],
    windows: [],
    confounders: [],
  };
  addConfounders(plan, settings, fault, random);
  leaveTaking(plan, seconds);
  scaleToPeak(plan, settings.listeners);
  return plan;
}

/** The usual shape: a rush at the opening, then a thinning trickle until four fifths of the evening. */
function opening(seconds: number): Float64Array {
  const rush = Math.max(10, seconds * 0.045);
  return Float64Array.from({ length: seconds }, (_, second) => {
    const early = 0.7 * (second / rush ** 2) * Math.exp(-second / rush);
    const share = second / seconds;
    const trickle = share < 0.8 ? (0.3 * 2 * (1 - share / 0.8)) / (0.8 * seconds) : 0;
    return early + trickle;
  });
}

function addConfounders(plan: Plan, settings: Settings, fault: FaultTime, random: Random): void {
  const { startMs, endMs } = plan;
  const faulty: Span = [fault.at - 90_000, fault.at + fault.durationMs + 240_000];
  const taken: Span[] = [];

  /** A moment of the middle of the evening, away from the fault and, where there is room, from other confounders. */
  function moment(lengthMs: number): number {
    let at = startMs;
    for (let draw = 0; draw < 200; draw++) {
      at = Math.round(startMs + between(random, 0.2, 0.88) * (endMs - startMs));
      const apart = ([from, to]: Span) => at + lengthMs < from || at > to;
      if (apart(faulty) && (draw >= 100 || taken.every(apart))) break;
    }
    taken.push([at, at + lengthMs + 30_000]);
    return at;
  }

  function note(kind: Confounder['kind'], at: number): number {
    plan.confounders.push({ kind, at });
    return Math.max(0, Math.floor((at - startMs) / 1000));
  }

  if (settings.talkEnd !== null) {
    const from = note('talkend', moment(90_000));
    const length = between(random, 50, 100);
    raise(plan.hazard, from, length, (share) => 1 + ((settings.talkEnd ?? 1) - 1) * (1 - share));
  }
  if (settings.exodus !== null) {
    const from = note('exodus', moment(300_000));
    const length = between(random, 180, 360);
    raise(plan.hazard, from, length, (share) => 1 + ((settings.exodus ?? 1) - 1) * Math.sin(Math.PI * share));
  }
  for (let wave = 0; wave < settings.waves; wave++) {
    const from = note('push', moment(120_000));
    surge(plan.arrivals, from, between(random, 0.2, 0.33), between(random, 20, 45));
  }
  const gap = settings.telemetryGap;
  if (gap !== null) {
    const seconds = gap.seconds ?? Math.max(75, (2.5 * settings.heartbeatMs) / 1000);
    const alone = settings.scenario === 'telemetry-gap' ? fault.at : moment(seconds * 1000);
    const at = gap.atSeconds === undefined ? alone : startMs + Math.round(gap.atSeconds * 1000);
    note('gap', at);
    const first = Math.floor(random() * SOURCES.length);
    const sources = Array.from({ length: gap.sources ?? 3 }, (_, index) => SOURCES[(first + index) % SOURCES.length]);
    plan.gaps.push({
      from: at,
      to: at + Math.round(seconds * 1000),
      sources: sources.filter((source) => source !== undefined),
      backfill: gap.backfill ?? false,
    });
  }
  note('end', plan.showEndMs);
}

/** Raises the hazard for a while: `factor` of the share of it that has passed. */
function raise(hazard: Float64Array, from: number, length: number, factor: (share: number) => number): void {
  for (let second = from; second < Math.min(from + length, hazard.length); second++) {
    hazard[second] = (hazard[second] ?? 0) * factor((second - from) / length);
  }
}

/** Adds a wave of arrivals: `share` of all in it, thinning with this mean, seconds. */
export function surge(arrivals: Float64Array, from: number, share: number, mean: number): void {
  for (let second = from; second < Math.min(from + 6 * mean, arrivals.length); second++) {
    arrivals[second] = (arrivals[second] ?? 0) + (share / mean) * Math.exp(-(second - from) / mean);
  }
}

/** After the show people leave within a few minutes, and nobody new comes. */
function leaveTaking(plan: Plan, seconds: number): void {
  const over = Math.floor((plan.showEndMs - plan.startMs) / 1000);
  const mean = Math.max(8, (seconds - over) * 0.3);
  for (let second = over; second < seconds; second++) plan.hazard[second] = 1 / mean;
  plan.arrivals.fill(0, over);
}

/** Multiplies the arrivals so that the expected audience, nothing going wrong, peaks at `listeners`. */
export function scaleToPeak(plan: Plan, listeners: number): void {
  const { arrivals, bounceShare } = plan;
  const spent = spentHazard(plan.hazard);
  const step = Math.max(5, Math.ceil(arrivals.length / 500));
  const comers: { second: number; count: number }[] = [];
  let highest = 0;
  for (let second = 0; second < arrivals.length; second += step) {
    const count = arrivals.subarray(second, second + step).reduce((sum, value) => sum + value, 0);
    comers.push({ second: second + step / 2, count });
    const at = second + step;
    let there = 0;
    for (const comer of comers) {
      const staying = Math.exp((spent[Math.floor(comer.second)] ?? 0) - (spent[Math.min(at, spent.length - 1)] ?? 0));
      there += comer.count * (bounceShare * bouncersLeft(at - comer.second) + (1 - bounceShare) * staying);
    }
    highest = Math.max(highest, there);
  }
  if (highest <= 0) return;
  const factor = (listeners * COMES_AGAIN_LIFT) / highest;
  for (let second = 0; second < arrivals.length; second++) arrivals[second] = (arrivals[second] ?? 0) * factor;
}
