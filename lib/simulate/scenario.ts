/** `simulate`: a broadcast as a stream of events, and what really happened in it. */
import type { BroadcastEvent } from '../event/event.ts';
import { createAudience } from './audience.ts';
import { createFaultyShow } from './faults.ts';
import { createLaunch } from './launch.ts';
import { type ScenarioOptions, type Settings, settingsOf } from './options.ts';
import { createOutbox } from './outbox.ts';
import type { Plan } from './plan.ts';
import { createRandom } from './random.ts';
import { scriptOf } from './script.ts';
import { createLedger, type Truth } from './truth.ts';

/** A control event's way takes this long; nothing holds it up. */
const SCRIPT_DELAY_MS = 60;

/**
 * The events in the order in which they are written, slightly out of the order of their `ts`; returns the truth. The same
 * options give the same events. Memory grows with those present, not with the length. Throws `RangeError` for options
 * out of range.
 */
export function* simulate(options: ScenarioOptions): Generator<BroadcastEvent, Truth, void> {
  const seconds = simulateSeconds(options);
  for (;;) {
    const next = seconds.next();
    if (next.done) return next.value;
    const { events } = next.value;
    for (let index = 0; index < events.length; index++) {
      const event = events[index];
      if (event !== undefined) yield event;
    }
  }
}

/** What arrives in one second. */
export interface SimulatedSecond {
  /** epoch ms of the end of the second: everything in it is written by then */
  untilMs: number;
  events: BroadcastEvent[];
}

/** As `simulate`, a second at a time: for pacing, and for speed. */
export function* simulateSeconds(options: ScenarioOptions): Generator<SimulatedSecond, Truth, void> {
  const settings = settingsOf(options);
  const plan = planOf(settings);
  const outbox = createOutbox(plan.startMs, plan.gaps, createRandom(settings.seed, 2));
  const ledger = createLedger(plan, settings);
  const audience = createAudience(plan, settings, outbox, ledger, createRandom(settings.seed, 1));
  for (const event of scriptOf(plan, settings.broadcast, settings.labelled)) outbox.putSure(event, SCRIPT_DELAY_MS);
  const seconds = Math.ceil((plan.endMs - plan.startMs) / 1000);
  for (let second = 0; second < seconds || outbox.waiting(); second++) {
    if (second < seconds) audience.live(second);
    yield { untilMs: plan.startMs + (second + 1) * 1000, events: outbox.take(second) };
  }
  return ledger.truth();
}

/** Everything that chance decides before anyone arrives. */
export function planOf(settings: Settings): Plan {
  if (settings.scenario === 'launch') return createLaunch(settings);
  return createFaultyShow(settings, createRandom(settings.seed, 0));
}
