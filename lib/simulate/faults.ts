/** What goes wrong in each scenario but `launch`, added to a show. */
import type { Place, Scenario, Settings } from './options.ts';
import type { Blow, Plan } from './plan.ts';
import { between, createRandom, type Random } from './random.ts';
import { createShow, type FaultTime, scaleToPeak, surge } from './show.ts';

/** Share of those in reach who are hit, from and to; by seed unless said otherwise. */
const SEVERITY: Readonly<Record<Scenario, readonly [number, number]>> = {
  launch: [1, 1],
  calm: [0, 0],
  crash: [0.35, 0.85],
  partial: [0.75, 1],
  silent: [0.35, 0.75],
  handover: [1, 1],
  flapping: [0.25, 0.5],
  stampede: [0.04, 0.09],
  'telemetry-gap': [0, 0],
  dropout: [0.55, 0.9],
};
/** The stream of chance that draws it, apart from what draws the rest of the plan. */
const SEVERITY_STREAM = 3;

/** How long the service is down, seconds, from and to. */
const DOWN: Readonly<Record<Scenario, readonly [number, number]>> = {
  launch: [1, 1],
  calm: [1, 1],
  crash: [20, 90],
  partial: [60, 120],
  silent: [60, 120],
  handover: [8, 12],
  flapping: [8, 16],
  stampede: [60, 120],
  'telemetry-gap': [75, 75],
  dropout: [60, 120],
};

/** Edge sites with enough, and not too much, of the audience to be a partial outage. */
const SITES = ['ord-1', 'sjc-1', 'fra-1', 'lhr-1'] as const;
const FLAPS = 4;

export function createFaultyShow(settings: Settings, random: Random): Plan {
  const lengthMs = settings.minutes * 60_000;
  const [shortest, longest] = DOWN[settings.scenario];
  const flapping = settings.scenario === 'flapping';
  const seconds =
    settings.crashAtSeconds ?? (between(random, flapping ? 0.3 : 0.4, flapping ? 0.4 : 0.6) * lengthMs) / 1000;
  const down = settings.durationSeconds ?? Math.min(between(random, shortest, longest), (0.2 * lengthMs) / 1000);
  const at = Math.round(settings.startMs + seconds * 1000);
  const durationMs = Math.round(down * 1000);
  const pauseMs = Math.min(between(random, 150_000, 200_000), 0.12 * lengthMs);
  const wholeMs = flapping ? durationMs + (FLAPS - 1) * Math.round(pauseMs) : durationMs;
  const plan = createShow(settings, { at, durationMs: wholeMs }, random);
  const [mildest, worst] = SEVERITY[settings.scenario];
  const severity = settings.severity ?? between(createRandom(settings.seed, SEVERITY_STREAM), mildest, worst);
  const fault = { at, durationMs };
  switch (settings.scenario) {
    case 'crash':
      crash(plan, settings, fault, severity, settings.reason === 'replaced' ? [['replaced', 1]] : BLOWS, random);
      break;
    case 'flapping':
      for (let flap = 0; flap < FLAPS; flap++) {
        const again = { at: at + flap * Math.round(pauseMs), durationMs };
        if (again.at + durationMs < plan.showEndMs) crash(plan, settings, again, severity, BLOWS, random);
      }
      break;
    case 'silent':
      crash(plan, settings, fault, severity, [['silence', 1]], random);
      break;
    case 'partial':
      partial(plan, settings, fault, severity, random);
      break;
    case 'stampede':
      stampede(plan, settings, fault, severity, random);
      break;
    case 'handover':
      handover(plan, settings, fault);
      break;
    case 'dropout':
      dropout(plan, fault, severity, random);
      break;
    default:
      break;
  }
  return plan;
}

type Blows = readonly (readonly [Blow, number])[];
const BLOWS: Blows = [
  ['server', 0.7],
  ['error', 0.15],
  ['fatal', 0.15],
];

function crash(
  plan: Plan,
  settings: Settings,
  { at, durationMs }: FaultTime,
  share: number,
  how: Blows,
  random: Random,
  where: Place | null = null,
): void {
  const serviceEndAt = at + durationMs;
  const window = plan.windows.push({ kind: settings.scenario, onsetAt: at, serviceEndAt, cause: where }) - 1;
  const spreadMs = Math.min(between(random, 2_500, 9_000), durationMs);
  plan.strikes.push({ at, spreadMs, share, room: 0, where, how, window, goTo: null });
  plan.refusals.push({ from: at, to: serviceEndAt, room: 0, share: 0.93, where, code: 'capacity' });
  const saidAt = Math.round(at + between(random, 40_000, 150_000));
  if (saidAt < plan.showEndMs) plan.remarks.push({ type: 'note', at: saidAt, label: 'moved capacity', author: 'ops' });
}

function partial(plan: Plan, settings: Settings, fault: FaultTime, share: number, random: Random): void {
  const site: Place = { attribute: 'edge', value: SITES[Math.floor(random() * SITES.length)] ?? 'fra-1' };
  crash(plan, settings, fault, share, BLOWS, random, settings.cause ?? site);
}

/** Too many come at once: most are refused, a few of those inside are thrown out. */
function stampede(plan: Plan, settings: Settings, fault: FaultTime, share: number, random: Random): void {
  const total = plan.arrivals.reduce((sum, value) => sum + value, 0);
  const from = Math.floor((fault.at - plan.startMs) / 1000);
  surge(plan.arrivals, Math.max(0, from - 15), 0.55 * total, 40);
  scaleToPeak(plan, settings.listeners);
  crash(plan, settings, fault, share, BLOWS, random);
}

/** Everyone is told to go to another room at another edge site, and is back within seconds. */
function handover(plan: Plan, settings: Settings, { at, durationMs }: FaultTime): void {
  const first = plan.rooms[0];
  if (first === undefined) return;
  first.closesAt = at + durationMs + 30_000;
  const room = `${settings.broadcast}-2`;
  plan.rooms.push({ room, opensAt: at - 5_000, closesAt: plan.endMs, capacity: [], foundAfterMs: 0 });
  plan.strikes.push({
    at,
    spreadMs: durationMs,
    share: 1,
    room: 0,
    where: null,
    how: [['replaced', 1]],
    window: null,
    goTo: { room: 1, fromMs: 700, toMs: 6_000, newEdge: true },
  });
  plan.crew = plan.crew.flatMap((stay) => [
    { ...stay, to: at + 1_000, reason: 'replaced' as const },
    { ...stay, room: 1, from: at + 2_500 },
  ]);
  plan.confounders.push({ kind: 'handover', at });
  plan.remarks.push({ type: 'note', at: at - 4_000, label: 'moving everyone to the second room', author: 'ops' });
}

function dropout(plan: Plan, { at, durationMs }: FaultTime, share: number, random: Random): void {
  plan.windows.push({ kind: 'dropout', onsetAt: at, serviceEndAt: at + durationMs, cause: null });
  plan.muffles.push({
    at,
    spreadMs: Math.min(between(random, 2_000, 6_000), durationMs),
    until: at + durationMs,
    share,
    room: 0,
    where: null,
    code: 'audio_dropout',
    impatienceMs: null,
  });
}
