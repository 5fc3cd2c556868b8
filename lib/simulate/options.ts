/** What can be asked of the simulator, with units and ranges; everything but the scenario has a default. */

export const SCENARIOS = [
  'launch',
  'calm',
  'crash',
  'partial',
  'silent',
  'handover',
  'flapping',
  'stampede',
  'telemetry-gap',
  'dropout',
] as const;
export type Scenario = (typeof SCENARIOS)[number];

export interface ScenarioOptions {
  scenario: Scenario;
  /** broadcast id; default: the scenario's name */
  broadcast?: string;
  /** listeners connected at the peak; 1..2,000,000. Default 3,000, for `launch` 600,000 */
  listeners?: number;
  /** length from the first event to the last room's end; 2..600. Default 40, for `launch` 65; its story scales with it */
  minutes?: number;
  /** 0..4,294,967,295. Default 1 */
  seed?: number;
  /** epoch ms of the first event. Default 2023-05-24T22:00:00Z */
  startMs?: number;
  /** heartbeat period, ms; 0: none are sent. Default 30,000, for `launch` 60,000 */
  heartbeatMs?: number;
  /** whether the platform says why a connection ended. Default true */
  labelled?: boolean;
  /** share of those within reach of the fault whom it hits; 0..1. Default by scenario and seed; `launch` has its own story */
  severity?: number;
  /** seconds from the start to the fault (of `flapping`: the first). Default by seed, 0.4 to 0.6 of the length */
  crashAtSeconds?: number;
  /** how long the service is down (of `flapping`: each time). Default by seed and scenario */
  durationSeconds?: number;
  /** `crash`: the reason its leaves carry. Default `server` */
  reason?: 'server' | 'replaced';
  /** `partial`: what drops. Default: an edge site by seed */
  cause?: Place;
  /** the talk ends and people leave of their own accord: times the usual leaving hazard, 1..40; null: it does not. Default `calm` 8, else null */
  talkEnd?: number | null;
  /** the bored leave, slower and longer than at a talk's end: times the usual hazard, 1..10; null: they do not. Default null */
  exodus?: number | null;
  /** waves of arrivals after push notifications, each a fifth to a third of the listeners; 0..5. Default `calm` 1, else 0 */
  waves?: number;
  /** events of some gateways are missing for a while though people stay. Default: `telemetry-gap` has one */
  telemetryGap?: TelemetryGap | null;
}

/** One value of one attribute of a connection, e.g. edge fra-1. */
export interface Place {
  attribute: 'client' | 'version' | 'region' | 'edge';
  value: string;
}

export interface TelemetryGap {
  /** seconds from the start; default by seed */
  atSeconds?: number;
  /** default 75, or 2.5 heartbeat periods where that is longer */
  seconds?: number;
  /** how many of the eight gateways fall silent; 1..8, default 3 */
  sources?: number;
  /** whether their events come after the gap; else they are lost. Default false */
  backfill?: boolean;
}

export const DEFAULT_START_MS = Date.UTC(2023, 4, 24, 22);

/** The options with the defaults that need no chance filled in, checked. */
export interface Settings extends Required<Omit<ScenarioOptions, OptionalByScenario>> {
  severity: number | null;
  crashAtSeconds: number | null;
  durationSeconds: number | null;
  cause: Place | null;
}
type OptionalByScenario = 'severity' | 'crashAtSeconds' | 'durationSeconds' | 'cause';

/** Fills defaults in and checks ranges. Throws `RangeError` with a sentence that names the option. */
export function settingsOf(options: ScenarioOptions): Settings {
  const { scenario } = options;
  if (!SCENARIOS.includes(scenario)) {
    throw new RangeError(`unknown scenario "${scenario}": choose one of ${SCENARIOS.join(', ')}`);
  }
  const calm = scenario === 'calm';
  const launch = scenario === 'launch';
  const settings: Settings = {
    scenario,
    broadcast: options.broadcast ?? scenario,
    listeners: options.listeners ?? (launch ? 600_000 : 3_000),
    minutes: options.minutes ?? (launch ? 65 : 40),
    seed: options.seed ?? 1,
    startMs: options.startMs ?? DEFAULT_START_MS,
    heartbeatMs: options.heartbeatMs ?? (launch ? 60_000 : 30_000),
    labelled: options.labelled ?? true,
    severity: options.severity ?? null,
    crashAtSeconds: options.crashAtSeconds ?? null,
    durationSeconds: options.durationSeconds ?? null,
    reason: options.reason ?? 'server',
    cause: options.cause ?? null,
    talkEnd: options.talkEnd === undefined ? (calm ? 8 : null) : options.talkEnd,
    exodus: options.exodus ?? null,
    waves: options.waves ?? (calm ? 1 : 0),
    telemetryGap:
      options.telemetryGap === undefined ? (scenario === 'telemetry-gap' ? {} : null) : options.telemetryGap,
  };
  if (settings.broadcast.length < 1 || settings.broadcast.length > 120) {
    throw new RangeError('the broadcast id must have 1 to 120 characters');
  }
  const seconds = settings.minutes * 60;
  check('listeners', settings.listeners, 1, 2_000_000, true);
  check('minutes', settings.minutes, 2, 600, false);
  check('seed', settings.seed, 0, 4_294_967_295, true);
  check('startMs', settings.startMs, Date.UTC(2000, 0, 1), Date.UTC(2099, 11, 1), true);
  check('heartbeatMs', settings.heartbeatMs, 0, 600_000, true);
  check('severity', settings.severity, 0, 1, false);
  check('crashAtSeconds', settings.crashAtSeconds, 0, seconds, false);
  check('durationSeconds', settings.durationSeconds, 1, seconds, false);
  check('talkEnd', settings.talkEnd, 1, 40, false);
  check('exodus', settings.exodus, 1, 10, false);
  check('waves', settings.waves, 0, 5, true);
  check('telemetryGap.atSeconds', settings.telemetryGap?.atSeconds, 0, seconds, false);
  check('telemetryGap.seconds', settings.telemetryGap?.seconds, 1, seconds, false);
  check('telemetryGap.sources', settings.telemetryGap?.sources, 1, 8, true);
  if (scenario === 'silent' && settings.heartbeatMs === 0) {
    throw new RangeError(
      'scenario silent needs heartbeats, since silence shows in nothing else: choose a period above 0',
    );
  }
  return settings;
}

function check(name: string, value: number | null | undefined, min: number, max: number, whole: boolean): void {
  if (value === null || value === undefined) return;
  if (Number.isFinite(value) && value >= min && value <= max && (!whole || Number.isInteger(value))) return;
  throw new RangeError(`${name} must be ${whole ? 'a whole number' : 'a number'} from ${min} to ${max}, not ${value}`);
}
