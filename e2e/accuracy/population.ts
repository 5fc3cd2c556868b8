/** Our own seeded evenings: all kinds and crash-free ones, small rooms and large, with and without reasons. */
import type { Place, Scenario, ScenarioOptions, TelemetryGap } from '../../lib/simulate/options.ts';
import { createRandom, type Random } from '../../lib/simulate/random.ts';

const SMALLEST = 100;
const LARGEST = 60_000;
/** Above this many listeners heartbeats are slow, as on platforms of that size. */
const MANY = 5_000;

const KINDS: readonly (readonly [Scenario, number])[] = [
  ['crash', 24],
  ['partial', 16],
  ['silent', 8],
  ['flapping', 5],
  ['stampede', 5],
  ['handover', 5],
  ['dropout', 5],
  ['telemetry-gap', 7],
  ['calm', 25],
];

export interface PopulationOptions {
  streams: number;
  firstSeed: number;
  /** no stream has more listeners than this */
  largest?: number;
}

export function populationOf({ streams, firstSeed, largest }: PopulationOptions): ScenarioOptions[] {
  return Array.from({ length: streams }, (_, index) => eveningOf(firstSeed + index, largest ?? LARGEST));
}

/** One evening by its seed alone. */
export function eveningOf(seed: number, largest: number): ScenarioOptions {
  const random = createRandom(seed, 77);
  const scenario = pick(random, KINDS);
  const listeners = Math.min(largest, Math.round(SMALLEST * (LARGEST / SMALLEST) ** (random() ** 2)));
  const minutes = Math.round(25 + 30 * random());
  const heartbeatMs = pick(
    random,
    listeners > MANY
      ? ([
          [30_000, 2],
          [60_000, 1],
        ] as const)
      : ([
          [10_000, 4],
          [15_000, 2],
          [30_000, 3],
          [60_000, 1],
        ] as const),
  );
  const labelled = random() >= 0.25;
  const options: ScenarioOptions = {
    scenario,
    broadcast: `own-${seed}`,
    seed,
    listeners,
    minutes,
    heartbeatMs,
    labelled,
    talkEnd: random() < 0.5 ? 4 + 11 * random() : null,
    exodus: random() < 0.3 ? 2 + 4 * random() : null,
    waves: random() < 0.4 ? 1 + Math.floor(2 * random()) : 0,
    telemetryGap: scenario === 'telemetry-gap' || random() < 0.15 ? gapOf(random, heartbeatMs) : null,
  };
  const severity = severityOf(scenario, random);
  if (severity !== null) options.severity = severity;
  if (scenario === 'crash' && random() < 0.1) options.reason = 'replaced';
  if (scenario === 'partial' && random() < 0.4) options.cause = pick(random, CAUSES);
  return options;
}

const CAUSES: readonly (readonly [Place, number])[] = [
  [{ attribute: 'client', value: 'web' }, 2],
  [{ attribute: 'client', value: 'android' }, 1],
  [{ attribute: 'version', value: '4.9' }, 1],
  [{ attribute: 'region', value: 'ap' }, 2],
  [{ attribute: 'region', value: 'sa' }, 1],
  [{ attribute: 'edge', value: 'iad-1' }, 2],
];

/** Share of those in reach; null: as the scenario has it. */
function severityOf(scenario: Scenario, random: Random): number | null {
  const u = random();
  switch (scenario) {
    case 'crash':
    case 'silent':
      return 0.08 * (1 / 0.08) ** u;
    case 'partial':
      return 0.4 + 0.6 * u;
    case 'flapping':
      return 0.15 + 0.5 * u;
    case 'dropout':
      return 0.2 + 0.7 * u;
    default:
      return null;
  }
}

function gapOf(random: Random, heartbeatMs: number): TelemetryGap {
  const length = random() < 0.5 ? 1.5 + random() : 3 + 2 * random();
  return {
    seconds: Math.round(Math.max(15, (length * heartbeatMs) / 1000)),
    sources: random() < 0.3 ? 8 : 1 + Math.floor(4 * random()),
    backfill: random() < 0.4,
  };
}

function pick<T>(random: Random, weighted: readonly (readonly [T, number])[]): T {
  let total = 0;
  for (const [, weight] of weighted) total += weight;
  let left = random() * total;
  for (const [value, weight] of weighted) {
    left -= weight;
    if (left < 0) return value;
  }
  const last = weighted.at(-1);
  if (!last) throw new RangeError('there must be something to pick from');
  return last[0];
}
