/** One device of a listener: asks, joins, hears, stalls, beats, and goes. It keeps its own next four moments. */
import type { Attrs, Listener } from './listener.ts';
import type { Place } from './options.ts';
import type { Strike } from './plan.ts';

/** What a device does at `stepAt`. */
export type Step = 'attempt' | 'outcome' | 'playing';
/** What happens to its sound, or in its chat, at `mediaAt`. */
export type Media = 'stall' | 'resume' | 'comment' | 'muffle';
/** How it goes at `exitAt`: by its own will, by a background reconnect, out of impatience, or struck. */
export type Exit = 'end' | 'break' | 'impatience' | 'strike';

const NEVER = Number.POSITIVE_INFINITY;

export class Device {
  readonly listener: Listener;
  attrs: Attrs;
  /** epoch ms; a second device may be put away before its listener leaves */
  endsAt: number;
  /** index of the room it asks for or is in */
  room = 0;
  connection = '';
  /** events sent on this connection so far */
  sequence = 0;
  step: Step = 'attempt';
  stepAt = NEVER;
  media: Media = 'stall';
  mediaAt = NEVER;
  exit: Exit = 'end';
  exitAt = NEVER;
  beatAt = NEVER;
  /** the strike that is to hit it */
  strike: Strike | null = null;
  /** index of the muffle that is to silence it, or does */
  muffle = -1;
  attemptedAt = 0;
  /** failed tries in a row */
  failures = 0;
  /**
   * Lost its connection against its owner's will: it tries again whether or not they would have gone by then, since
   * neither the client nor someone who has been away for a while knows that.
   */
  thrownOut = false;
  /** times it was given up and looked in again */
  looks = 0;
  hearing = false;
  /** the second it is planned for in the agenda */
  due = -1;
  /** its place in the list of those present; -1: absent */
  slot = -1;

  constructor(listener: Listener, attrs: Attrs, endsAt: number) {
    this.listener = listener;
    this.attrs = attrs;
    this.endsAt = endsAt;
  }

  nextAt(): number {
    return Math.min(this.stepAt, this.mediaAt, this.exitAt, this.beatAt);
  }

  /** Nothing more happens, unless someone plans it. */
  rest(): void {
    this.stepAt = NEVER;
    this.mediaAt = NEVER;
    this.exitAt = NEVER;
    this.beatAt = NEVER;
    this.strike = null;
    this.muffle = -1;
    this.hearing = false;
  }
}

/** Whether it is where a fault is; null: the fault is everywhere. */
export function isAt(where: Place | null, device: Device): boolean {
  return where === null || device.attrs[where.attribute] === where.value;
}
