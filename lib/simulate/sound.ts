/** What happens to a device's sound, and in its chat: stalls of every day, and faults that take the sound away. */
import { type Device, isAt } from './device.ts';
import type { Muffle, Plan } from './plan.ts';
import { between, exponential, lognormal, type Random } from './random.ts';
import type { Speech } from './speech.ts';

/** Mean time between stalls, and between comments, ms. */
const STALL_MS = 14 * 60_000;
const COMMENT_MS = 35 * 60_000;
/** How long a stall lasts: median ms; share of stalls that say an error code. */
const STALLED_MS = 2_600;
const STALL_SAYS = 0.1;

export interface Sound {
  /** first audio */
  play(device: Device, at: number): void;
  /** what is due at `mediaAt` */
  act(device: Device, at: number): void;
  /** this muffle begins: whether it will take the sound from the device, at its new `mediaAt` */
  take(device: Device, muffle: Muffle, index: number): boolean;
}

export function createSound(plan: Plan, speech: Speech, random: Random): Sound {
  function play(device: Device, at: number): void {
    device.stepAt = Number.POSITIVE_INFINITY;
    device.hearing = true;
    speech.playing(device, at);
    nextMedia(device, at);
    const active = activeMuffle(device, at);
    if (active < 0) return;
    device.muffle = active;
    device.media = 'muffle';
    device.mediaAt = at + 400;
  }

  function nextMedia(device: Device, at: number): void {
    const stallAt = at + exponential(random, STALL_MS);
    const commentAt = at + exponential(random, COMMENT_MS);
    device.media = stallAt < commentAt ? 'stall' : 'comment';
    device.mediaAt = Math.round(1 + Math.min(stallAt, commentAt));
  }

  /** The muffle that takes the sound from someone who comes now, by the same chance as from those who were there; -1: none. */
  function activeMuffle(device: Device, at: number): number {
    return plan.muffles.findIndex(
      (muffle) =>
        muffle.room === device.room &&
        at >= muffle.at &&
        at < muffle.until &&
        isAt(muffle.where, device) &&
        random() < muffle.share,
    );
  }

  function soundBackAt(muffle: Muffle | undefined, at: number): number {
    return Math.round(Math.max(at + 500, muffle?.until ?? 0) + between(random, 200, 6_000));
  }

  function act(device: Device, at: number): void {
    switch (device.media) {
      case 'comment':
        speech.plain(device, at, 'comment');
        nextMedia(device, at);
        return;
      case 'stall':
        device.hearing = false;
        speech.plain(device, at, 'stall');
        if (random() < STALL_SAYS) speech.error(device, at + 1, 'media', false);
        device.media = 'resume';
        device.mediaAt = Math.round(at + 300 + lognormal(random, STALLED_MS, 0.7));
        return;
      case 'muffle':
        muffle(device, at);
        return;
      case 'resume':
        device.hearing = true;
        speech.plain(device, at, 'resume');
        device.muffle = -1;
        nextMedia(device, at);
        return;
    }
  }

  function muffle(device: Device, at: number): void {
    const muffled = plan.muffles[device.muffle];
    device.hearing = false;
    speech.plain(device, at, 'stall');
    if (muffled !== undefined && random() < 0.6) speech.error(device, at + 1, muffled.code, false);
    device.media = 'resume';
    device.mediaAt = soundBackAt(muffled, at);
    if (muffled?.impatienceMs == null) return;
    const goneAt = Math.round(at + 1_000 + exponential(random, muffled.impatienceMs));
    if (goneAt >= device.exitAt || goneAt >= device.mediaAt) return;
    device.exit = 'impatience';
    device.exitAt = goneAt;
  }

  function take(device: Device, muffle: Muffle, index: number): boolean {
    if (device.room !== muffle.room || !device.hearing || !isAt(muffle.where, device)) return false;
    if (random() >= muffle.share) return false;
    device.media = 'muffle';
    device.mediaAt = Math.round(muffle.at + muffle.spreadMs * random());
    device.muffle = index;
    return true;
  }

  return { play, act, take };
}
