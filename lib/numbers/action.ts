/** What people did to a broadcast after the fact, and what that makes of its crash windows. Instants in epoch ms. */
import type { CrashWindow } from './report.ts';

export const WINDOW_VERBS = ['acknowledged', 'dismissed', 'joined', 'restored'] as const;
export type WindowVerb = (typeof WINDOW_VERBS)[number];
export const REMARK_VERBS = ['added', 'corrected', 'taken back'] as const;

interface Deed {
  id: string;
  /** wall clock when it was done */
  at: number;
  author: string | null;
}

/** A note or a segment was added, corrected or taken back; the event itself is kept with the others. */
export interface RemarkAction extends Deed {
  what: 'note' | 'segment';
  verb: (typeof REMARK_VERBS)[number];
  /** id of the event */
  on: string;
  label: string | null;
  /** ids of the events it stands in for */
  replaces: readonly string[];
}

export interface WindowAction extends Deed {
  what: 'window';
  verb: WindowVerb;
  /** id of the window */
  on: string;
  reason: string | null;
  /** of `joined`: the windows that were seen, in order, and what they are together */
  joined: { parts: WindowPart[]; window: CrashWindow } | null;
}

export type Action = RemarkAction | WindowAction;

export interface WindowPart {
  id: string;
  onsetAt: number;
}

/** What was decided of a window, as it leaves the product with it. */
export interface Decision {
  verb: WindowVerb;
  at: number;
  author: string | null;
  reason: string | null;
}

/**
 * Windows as people decided: one dismissed is withdrawn, those joined are one, in place of the first. `actions` by time.
 * Each decision that changes a number makes the window a new revision. A decision about a window that is no longer seen
 * as it was then holds no more.
 */
export function decided(seen: readonly CrashWindow[], actions: readonly Action[]): CrashWindow[] {
  let windows: CrashWindow[] = [...seen];
  for (const action of actions) if (action.what === 'window') windows = afterAction(windows, seen, action);
  return windows.sort((a, b) => a.onsetAt - b.onsetAt || (a.id < b.id ? -1 : 1));
}

function afterAction(windows: CrashWindow[], seen: readonly CrashWindow[], action: WindowAction): CrashWindow[] {
  const { verb, at, author, reason } = action;
  const before = windows.find(({ id }) => id === action.on);
  if (before === undefined) return windows;
  const decisions = [...(before.decisions ?? []), { verb, at, author, reason }];
  const instead = (window: CrashWindow): CrashWindow[] => windows.map((one) => (one === before ? window : one));
  if (verb === 'acknowledged') return instead({ ...before, decisions });
  const rev = before.rev + 1;
  if (verb === 'dismissed') return instead({ ...before, state: 'withdrawn', rev, decisions });
  if (verb === 'joined') {
    if (action.joined === null || !action.joined.parts.every((part) => isSeen(windows, part))) return windows;
    const gone = new Set(action.joined.parts.map(({ id }) => id));
    const whole: CrashWindow = {
      ...action.joined.window,
      id: before.id,
      rev,
      decisions,
      joins: action.joined.parts.flatMap((part) => partsOf(windows.find(({ id }) => id === part.id)) ?? [part]),
    };
    return [...windows.filter(({ id }) => !gone.has(id)), whole];
  }
  // restored: as it was seen, each of them where they were joined
  const parts = partsOf(before) ?? [{ id: before.id, onsetAt: before.onsetAt }];
  const back = parts.flatMap((part) => seen.find(({ id }) => id === part.id) ?? []);
  return [...windows.filter((one) => one !== before), ...back.map((window) => ({ ...window, rev, decisions }))];
}

function isSeen(windows: readonly CrashWindow[], part: WindowPart): boolean {
  return windows.some((window) => window.id === part.id && window.onsetAt === part.onsetAt);
}

function partsOf(window: CrashWindow | undefined): WindowPart[] | null {
  return window?.joins ?? null;
}

/** Whether it changes numbers, and with them the revision. */
export function isAmendment(verb: WindowVerb): boolean {
  return verb !== 'acknowledged';
}
