/** The crowd: every device's life, second by second, under what the plan has in store for it. */
import { createAgenda } from './agenda.ts';
import { Device, isAt } from './device.ts';
import { createDoor } from './door.ts';
import { bounceAfterMs, drawEnd, spentHazard } from './leaving.ts';
import { drawAttrs, Listener, movedAttrs } from './listener.ts';
import type { Settings } from './options.ts';
import type { Outbox } from './outbox.ts';
import type { Plan, Strike } from './plan.ts';
import { between, exponential, lognormal, poisson, type Random, weighted } from './random.ts';
import { createSound } from './sound.ts';
import { createSpeech } from './speech.ts';
import type { Ledger } from './truth.ts';

const NEVER = Number.POSITIVE_INFINITY;

/** Time from an attempt to its join or its refusal, and to first audio: medians, ms, and spreads. */
const ANSWER = { median: 180, sigma: 0.5, longest: 5_000 };
const STARTUP = { median: 1_150, sigma: 0.45, longest: 30_000 };
/** Mean time between background reconnects of one connection, ms. */
const BREAK_MS = 75 * 60_000;
/** Share of ordinary leaves that nobody sends (the app was closed, the lift went down), where silence shows. */
const VANISHES = 0.05;
/** Share of those who left that come again for another while, and when (median ms). */
const COMES_AGAIN = 0.08;
const COMES_AGAIN_MS = 5 * 60_000;
/** How much less likely someone looks in again each further time. */
const LESS_EACH_TIME = 0.5;
/** Until a client notices that its connection went silent, mean ms beyond ten seconds. */
const NOTICES_MS = 15_000;
/** Beats may come this much early or late: a share of the period, but never as much as would look like silence. */
const JITTER = 0.06;
const LONGEST_JITTER_MS = 1_200;

export interface Audience {
  /** lives through one second after the start; seconds come in order */
  live(second: number): void;
}

export function createAudience(
  plan: Plan,
  settings: Settings,
  outbox: Outbox,
  ledger: Ledger,
  random: Random,
): Audience {
  const { startMs } = plan;
  const { heartbeatMs } = settings;
  const agenda = createAgenda(startMs, Math.ceil((plan.endMs - startMs) / 1000));
  const speech = createSpeech(plan, settings, outbox, random);
  const sound = createSound(plan, speech, random);
  const door = createDoor(plan, random);
  const spent = spentHazard(plan.hazard);
  const jitterMs = Math.min(heartbeatMs * JITTER, LONGEST_JITTER_MS);
  const vanishes = heartbeatMs > 0 ? VANISHES : 0;
  const present: Device[] = [];
  /** connections present, by room */
  const crowd = plan.rooms.map(() => 0);
  let arrived = 0;

  function endAfter(at: number): number {
    if (random() < plan.bounceShare) return Math.round(at + bounceAfterMs(random));
    return Math.round(startMs + drawEnd(spent, (at - startMs) / 1000, random) * 1000);
  }

  function arrive(at: number): void {
    const listener = new Listener(arrived++, lognormal(random, 1, 0.9), random);
    listener.endsAt = endAfter(at);
    const device = new Device(listener, drawAttrs(listener, random), listener.endsAt);
    device.room = newestRoom(at);
    tryAt(device, at);
    if (random() < plan.secondDeviceShare && listener.endsAt - at > 120_000) {
      const from = Math.round(at + between(random, 20_000, 600_000));
      const to = Math.round(Math.min(listener.endsAt, from + between(random, 60_000, 1_800_000)));
      const second = new Device(listener, drawAttrs(listener, random), to);
      second.room = device.room;
      tryAt(second, from);
    }
  }

  /** The newest room that is open; before any opens, the first. */
  function newestRoom(at: number): number {
    let found = 0;
    for (const [index, room] of plan.rooms.entries()) if (room.opensAt <= at && at < room.closesAt) found = index;
    return found;
  }

  /** When this listener knows of the room after `room`; null where there is none. */
  function knowsNextAt(listener: Listener, room: number): number | null {
    const next = plan.rooms[room + 1];
    return next === undefined ? null : Math.round(next.opensAt + next.foundAfterMs * listener.hearsay);
  }

  function tryAt(device: Device, at: number): void {
    device.rest();
    device.step = 'attempt';
    device.stepAt = at;
    agenda.plan(device, at);
  }

  /** Asks to listen, in the newest room this listener knows of; where that one is closed, waits or gives up. */
  function attempt(device: Device, at: number): void {
    const { listener } = device;
    device.stepAt = NEVER;
    if (at >= device.endsAt && !device.thrownOut) return;
    const knowsAt = knowsNextAt(listener, device.room);
    if (knowsAt !== null && at >= knowsAt) device.room++;
    const room = plan.rooms[device.room];
    if (room === undefined || at >= room.closesAt) {
      if (knowsAt !== null && knowsAt > at) device.stepAt = knowsAt;
      return;
    }
    if (at < room.opensAt) {
      device.stepAt = room.opensAt + Math.round(between(random, 0, 3_000));
      return;
    }
    device.connection = `${listener.id}-${++listener.connections}`;
    device.sequence = 0;
    device.attemptedAt = at;
    speech.attempt(device, at);
    device.step = 'outcome';
    device.stepAt = Math.round(at + 20 + Math.min(lognormal(random, ANSWER.median, ANSWER.sigma), ANSWER.longest));
  }

  function outcome(device: Device, at: number): void {
    const { listener } = device;
    const refused = door.refusal(device, at, crowd[device.room] ?? 0);
    const code = refused ?? door.mishap();
    if (code === null) {
      join(device, at);
      return;
    }
    speech.error(device, at, code, true);
    if (refused !== null && device.thrownOut && listener.open === 0) ledger.keptOut(listener, at);
    ledger.blocked(listener, at);
    device.failures++;
    retry(device, at);
  }

  function join(device: Device, at: number): void {
    const { listener } = device;
    device.failures = 0;
    device.thrownOut = false;
    // back although they would have gone by now: a look, and goodbye
    if (device.endsAt <= at) device.endsAt = Math.round(at + bounceAfterMs(random));
    device.slot = present.push(device) - 1;
    crowd[device.room] = (crowd[device.room] ?? 0) + 1;
    if (listener.open++ === 0 && listener.lostIn >= 0) ledger.returned(listener, at);
    speech.join(device, at);
    device.step = 'playing';
    const startup = Math.min(lognormal(random, STARTUP.median, STARTUP.sigma), STARTUP.longest);
    device.stepAt = Math.max(at + 30, Math.round(device.attemptedAt + startup));
    device.beatAt = heartbeatMs > 0 ? at + beatPause() : NEVER;
    const breaksAt = Math.round(at + 5_000 + exponential(random, BREAK_MS));
    device.exit = breaksAt < device.endsAt ? 'break' : 'end';
    device.exitAt = Math.max(at + 1, Math.min(breaksAt, device.endsAt));
  }

  function beatPause(): number {
    return Math.round(heartbeatMs + jitterMs * (2 * random() - 1));
  }

  function depart(device: Device): void {
    const last = present.pop();
    if (last !== undefined && last !== device) {
      present[device.slot] = last;
      last.slot = device.slot;
    }
    device.slot = -1;
    crowd[device.room] = (crowd[device.room] ?? 0) - 1;
    device.listener.open--;
    device.rest();
  }

  function exit(device: Device, at: number): void {
    const { strike } = device;
    const how = device.exit;
    depart(device);
    switch (how) {
      case 'end':
        if (random() >= vanishes) speech.leave(device, at, 'left');
        comeAgain(device, at);
        return;
      case 'impatience':
        speech.leave(device, at, 'left');
        lookAgain(device, at);
        return;
      case 'break':
        if (random() >= vanishes * 3) speech.leave(device, at, 'error');
        device.thrownOut = true;
        device.step = 'attempt';
        device.stepAt = Math.round(at + between(random, 700, 4_500));
        return;
      case 'strike':
        if (strike !== null) hit(device, strike, at);
        return;
    }
  }

  function hit(device: Device, strike: Strike, at: number): void {
    const { listener } = device;
    const blow = weighted(random, strike.how);
    if (blow === 'fatal' && settings.labelled) speech.error(device, at, 'server', true);
    else if (blow !== 'silence') speech.leave(device, at, blow === 'fatal' ? 'error' : blow);
    if (strike.window !== null && listener.open === 0) ledger.lost(listener, at, strike.window);
    if (strike.goTo !== null) {
      device.room = strike.goTo.room;
      if (strike.goTo.newEdge) device.attrs = movedAttrs(device.attrs, random);
      device.step = 'attempt';
      device.stepAt = Math.round(at + between(random, strike.goTo.fromMs, strike.goTo.toMs));
      return;
    }
    device.thrownOut = true;
    if (random() >= plan.patience.automatic) {
      lookAgain(device, at);
      return;
    }
    const noticedAt = blow === 'silence' ? at + 10_000 + exponential(random, NOTICES_MS) : at;
    device.step = 'attempt';
    device.stepAt = Math.round(noticedAt + between(random, 800, 5_000));
  }

  /** After a failed try: again after a pause that doubles, or no more. */
  function retry(device: Device, at: number): void {
    const { givesUp, longestPauseMs } = plan.patience;
    if (random() < givesUp) {
      lookAgain(device, at);
      return;
    }
    const pause = Math.min(1_500 * 2 ** Math.min(device.failures, 12), longestPauseMs);
    device.step = 'attempt';
    device.stepAt = Math.round(at + pause * between(random, 0.7, 1.3));
  }

  /** Someone without a connection looks in again later, as soon as they hear of the next room, or never. */
  function lookAgain(device: Device, at: number): void {
    const { looksAgain, looksAgainAfterMs } = plan.patience;
    device.stepAt = NEVER;
    device.failures = 0;
    if (random() >= looksAgain * LESS_EACH_TIME ** device.looks++) return;
    const knowsAt = knowsNextAt(device.listener, device.room);
    const laterAt = Math.round(at + 5_000 + lognormal(random, looksAgainAfterMs, 0.8));
    device.step = 'attempt';
    device.stepAt = knowsAt !== null && knowsAt > at ? knowsAt : laterAt;
  }

  function comeAgain(device: Device, at: number): void {
    const { listener } = device;
    if (listener.open > 0 || at < listener.endsAt || random() >= COMES_AGAIN) return;
    const againAt = Math.round(at + 20_000 + lognormal(random, COMES_AGAIN_MS, 0.9));
    if (againAt >= plan.showEndMs) return;
    listener.endsAt = endAfter(againAt);
    device.endsAt = listener.endsAt;
    device.step = 'attempt';
    device.stepAt = againAt;
  }

  function strike(strike: Strike): void {
    for (const device of present) {
      if (device.room !== strike.room || !isAt(strike.where, device) || random() >= strike.share) continue;
      const at = Math.round(strike.at + strike.spreadMs * random());
      if (at >= device.exitAt) continue;
      device.exit = 'strike';
      device.exitAt = at;
      device.strike = strike;
      agenda.plan(device, Math.min(device.nextAt(), at));
    }
  }

  /** A room ends: whoever is in it is out without a leave of their own, and looks for the next room. */
  function closeRoom(index: number, at: number): void {
    for (const device of present.filter(({ room }) => room === index)) {
      depart(device);
      const knowsAt = knowsNextAt(device.listener, index);
      if (knowsAt === null) continue;
      device.step = 'attempt';
      device.stepAt = Math.max(knowsAt, Math.round(at + between(random, 2_000, 40_000)));
      agenda.plan(device, device.stepAt);
    }
  }

  function act(device: Device, until: number): void {
    for (;;) {
      const at = device.nextAt();
      if (at >= until) {
        device.due = -1;
        if (at < NEVER) agenda.plan(device, at);
        return;
      }
      if (at === device.exitAt) exit(device, at);
      else if (at === device.stepAt) {
        if (device.step === 'attempt') attempt(device, at);
        else if (device.step === 'outcome') outcome(device, at);
        else sound.play(device, at);
      } else if (at === device.mediaAt) sound.act(device, at);
      else {
        device.beatAt = at + beatPause();
        speech.plain(device, at, 'heartbeat');
      }
    }
  }

  return {
    live(second) {
      const from = startMs + second * 1000;
      const until = from + 1000;
      const now = (at: number) => at >= from && at < until;
      for (const [index, room] of plan.rooms.entries()) if (now(room.closesAt)) closeRoom(index, room.closesAt);
      for (const planned of plan.strikes) if (now(planned.at)) strike(planned);
      for (const [index, planned] of plan.muffles.entries()) {
        if (!now(planned.at)) continue;
        for (const device of present) if (sound.take(device, planned, index)) agenda.plan(device, device.nextAt());
      }
      const comers = poisson(random, plan.arrivals[second] ?? 0);
      for (let comer = 0; comer < comers; comer++) arrive(from + Math.floor(random() * 1000));
      agenda.take(second, (device) => act(device, until));
    },
  };
}
