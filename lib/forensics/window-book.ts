/**
 * The windows of one broadcast as they become known: shown as provisional while the live detector sees them, recorded
 * once the final numbers show them too, withdrawn where those do not. An id, once shown, stays with its window.
 */
import type { DetectedWindow } from '../crash/detected.ts';
import type { CrashWindow } from '../numbers/report.ts';
import { windowId } from './windows.ts';

/** Windows of one kind this near to each other are the same one, s. */
const SLACK_SECONDS = 15;
/** So long after a live window closed the final detector would have closed it too, s. */
const PASSED_SECONDS = 120;

export interface Seen {
  /** as the live detector sees it now */
  live: readonly DetectedWindow[];
  /** as the final detector sees it */
  final: readonly DetectedWindow[];
  /** the final detector has gone through this second; Infinity: through all there will ever be */
  finalThrough: number;
}

interface Entry {
  id: string;
  detected: DetectedWindow;
  state: 'provisional' | 'final' | 'withdrawn';
  /** as last told; null: not yet */
  window: CrashWindow | null;
  /** it is part of another window */
  absorbed: boolean;
}

export class WindowBook {
  #entries: Entry[] = [];
  #outdated = false;

  /** `stored`: what has been told before, by this process or an earlier one. */
  constructor(stored: readonly CrashWindow[] = []) {
    for (const window of stored) {
      this.#entries.push({ id: window.id, detected: detectedOf(window), state: window.state, window, absorbed: false });
    }
  }

  /** Takes what the detectors see. */
  see({ live, final, finalThrough }: Seen): void {
    const taken = new Set<Entry>();
    for (const detected of final) {
      if (detected.closedAt === null && finalThrough !== Number.POSITIVE_INFINITY) continue;
      this.#take(this.#find(detected, taken), detected, 'final', taken);
    }
    for (const detected of live) {
      if (final.some((f) => isSame(f, detected) && this.#isRecorded(f, taken))) continue;
      const entry = this.#find(detected, taken);
      const passed = detected.closedAt !== null && detected.closedAt + PASSED_SECONDS <= finalThrough;
      // never shown, and not borne out: nothing to withdraw
      if (passed && !final.some((f) => isSame(f, detected)) && (!entry || entry.window === null)) continue;
      this.#take(
        entry,
        detected,
        passed && !final.some((f) => isSame(f, detected)) ? 'withdrawn' : 'provisional',
        taken,
      );
    }
    for (const entry of this.#entries) {
      if (taken.has(entry) || entry.state === 'withdrawn') continue;
      const stillOpen = final.some((f) => isSame(f, entry.detected) && !this.#isRecorded(f, taken));
      // recorded by a process before this one, which has not got that far again
      const notYet = entry.state === 'final' && finalThrough < (entry.detected.closedAt ?? Number.POSITIVE_INFINITY);
      if (stillOpen || notYet) continue;
      entry.state = 'withdrawn';
      this.#outdated = true;
    }
    this.#entries = this.#entries.filter((e) => e.state !== 'withdrawn' || e.window !== null);
    this.#entries.sort((a, b) => a.detected.onset - b.detected.onset);
  }

  #isRecorded(final: DetectedWindow, taken: ReadonlySet<Entry>): boolean {
    for (const entry of taken) if (entry.detected === final) return true;
    return false;
  }

  #find(detected: DetectedWindow, taken: ReadonlySet<Entry>): Entry | undefined {
    let best: Entry | undefined;
    for (const entry of this.#entries) {
      if (taken.has(entry) || !isSame(entry.detected, detected)) continue;
      if (!best || distance(entry.detected, detected) < distance(best.detected, detected)) best = entry;
    }
    return best;
  }

  #take(found: Entry | undefined, detected: DetectedWindow, state: Entry['state'], taken: Set<Entry>): void {
    const entry = found ?? { id: this.#freeId(detected), detected, state, window: null, absorbed: false };
    if (!found) this.#entries.push(entry);
    if (!found || entry.state !== state || !isAlike(entry.detected, detected)) this.#outdated = true;
    entry.detected = detected;
    entry.state = state;
    taken.add(entry);
  }

  #freeId(detected: DetectedWindow): string {
    const id = windowId(detected);
    const used = new Set(this.#entries.map((e) => e.id));
    let free = id;
    for (let n = 2; used.has(free); n++) free = `${id}-${n}`;
    return free;
  }

  /** Something was detected, amended or withdrawn since the windows were last told. */
  get outdated(): boolean {
    return this.#outdated;
  }

  /** A window is open: people wait for its numbers. */
  get urgent(): boolean {
    return this.#entries.some((e) => e.state === 'provisional' && e.detected.closedAt === null);
  }

  /** A window whose numbers can still change with time. */
  get undecided(): boolean {
    return this.#entries.some((e) => e.state !== 'withdrawn' && e.window !== null && isUndecided(e.window));
  }

  /** Windows of which nothing has been told yet. */
  unannounced(): DetectedWindow[] {
    return this.#entries
      .filter((e) => e.state !== 'withdrawn' && e.window === null && !e.absorbed)
      .map((e) => e.detected);
  }

  /** Takes a first word of a window that has not been told of; its numbers are still to come. */
  announce(window: CrashWindow): void {
    for (const entry of this.#entries) {
      if (entry.window !== null || !isOf(window, entry.detected)) continue;
      entry.window = { ...window, id: entry.id };
      this.#outdated = true;
    }
  }

  /** What is to be told of, with how sure it is. */
  wanted(): { detected: DetectedWindow; state: 'provisional' | 'final' }[] {
    const wanted: { detected: DetectedWindow; state: 'provisional' | 'final' }[] = [];
    for (const { detected, state } of this.#entries) if (state !== 'withdrawn') wanted.push({ detected, state });
    return wanted;
  }

  /** Takes the windows as computed for `wanted`; one that is missing has become part of another. */
  put(computed: readonly CrashWindow[]): void {
    for (const entry of this.#entries) {
      if (entry.state === 'withdrawn') continue;
      const own = computed.find((w) => isOf(w, entry.detected));
      entry.absorbed = own === undefined;
      if (!own) {
        if (entry.window !== null) entry.window = { ...entry.window, state: 'withdrawn' };
        continue;
      }
      entry.window = { ...own, id: entry.id, rev: revOf(entry.window, own) };
    }
    this.#outdated = false;
  }

  /** In order of onset. */
  told(): CrashWindow[] {
    const windows: CrashWindow[] = [];
    for (const { window, state } of this.#entries) {
      if (window === null) continue;
      windows.push(state === 'withdrawn' ? { ...window, state } : window);
    }
    return windows.sort((a, b) => a.onsetAt - b.onsetAt || (a.id < b.id ? -1 : 1));
  }
}

/** A recorded window that says something else than before is a new revision; filling in what was unknown is none. */
function revOf(before: CrashWindow | null, now: CrashWindow): number {
  if (before === null) return 1;
  const amended =
    before.state === 'final' &&
    (before.state !== now.state ||
      before.type !== now.type ||
      before.onsetAt !== now.onsetAt ||
      before.serviceEndAt !== now.serviceEndAt ||
      before.closedAt !== now.closedAt ||
      before.connectedBefore !== now.connectedBefore ||
      before.dropped !== now.dropped);
  return amended ? before.rev + 1 : before.rev;
}

function isOf(window: CrashWindow, detected: DetectedWindow): boolean {
  return window.id === windowId(detected) && window.onsetAt === detected.onset * 1000;
}

function isUndecided(window: CrashWindow): boolean {
  if (window.source === 'curve') return window.recoveredAt === null;
  return window.state !== 'withdrawn' && (window.returnRate.end === null || window.state === 'provisional');
}

function isSame(a: DetectedWindow, b: DetectedWindow): boolean {
  const end = (w: DetectedWindow): number => (w.serviceEnd ?? Number.POSITIVE_INFINITY) + SLACK_SECONDS;
  return a.kind === b.kind && a.onset <= end(b) && b.onset <= end(a);
}

function distance(a: DetectedWindow, b: DetectedWindow): number {
  return Math.abs(a.onset - b.onset);
}

function isAlike(a: DetectedWindow, b: DetectedWindow): boolean {
  return (
    a.onset === b.onset &&
    a.detectedAt === b.detectedAt &&
    a.serviceEnd === b.serviceEnd &&
    a.closedAt === b.closedAt &&
    a.evidence === b.evidence &&
    a.within?.attribute === b.within?.attribute &&
    a.within?.value === b.within?.value
  );
}

/** What can be told of the detection from a stored window. */
function detectedOf(window: CrashWindow): DetectedWindow {
  const seconds = (at: number | null): number | null => (at === null ? null : at / 1000);
  return {
    kind: window.source === 'curve' ? 'curve' : window.type === 'audio_dropout' ? 'audio' : 'loss',
    onset: window.onsetAt / 1000,
    detectedAt: window.detectedAt / 1000,
    serviceEnd: seconds(window.serviceEndAt),
    closedAt: seconds(window.closedAt),
    evidence: 'reasons',
    silent: false,
    within: null,
  };
}
