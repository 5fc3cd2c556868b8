/** What a crash window or a telemetry gap is on the time axis. */
import type { CrashWindow, WindowType } from '../numbers/report.ts';

export interface Span {
  /** epoch ms */
  from: number;
  /** epoch ms, null while it is open */
  to: number | null;
}

/** Types in which people are cut off or hear nothing: the only ones drawn in red. */
const ALARMS: readonly WindowType[] = ['crash', 'partial_outage', 'host_drop', 'audio_dropout'];

export function isAlarm(window: CrashWindow): boolean {
  return window.state !== 'withdrawn' && ALARMS.includes(window.type);
}

/** Withdrawn by somebody, not by the final numbers. */
export function isDismissed({ state, decisions }: CrashWindow): boolean {
  const last = decisions?.findLast(({ verb }) => verb !== 'acknowledged');
  return state === 'withdrawn' && last?.verb === 'dismissed';
}

export function isTelemetryGap(window: CrashWindow): boolean {
  return window.state !== 'withdrawn' && window.type === 'telemetry_gap';
}

export function isOpen(window: CrashWindow): boolean {
  return window.state !== 'withdrawn' && window.closedAt === null;
}

/** From onset to the end of service trouble; where that is not known, to its close. */
export function spanOf(window: CrashWindow): Span {
  if (isOpen(window)) return { from: window.onsetAt, to: null };
  return { from: window.onsetAt, to: window.serviceEndAt ?? window.closedAt };
}

/** Crash windows on top of each other make one picture: newest onset last. */
export function alarms(windows: readonly CrashWindow[]): CrashWindow[] {
  return windows.filter(isAlarm).sort((a, b) => a.onsetAt - b.onsetAt);
}

export function telemetryGaps(windows: readonly CrashWindow[]): Span[] {
  return windows
    .filter(isTelemetryGap)
    .map(spanOf)
    .sort((a, b) => a.from - b.from);
}

/** Whether an alarm window is open, and when the last one closed: what the state of a broadcast is judged by. */
export function windowFacts(windows: readonly CrashWindow[]): { open: boolean; lastClosedAt: number | null } {
  const list = alarms(windows);
  const closings = list.flatMap((window) => (window.closedAt === null ? [] : [window.closedAt]));
  return { open: list.some(isOpen), lastClosedAt: closings.length === 0 ? null : Math.max(...closings) };
}

/** Its type, and the remark that other broadcasts broke at the same moment. */
export function windowWords({ type, platformWide }: CrashWindow): string {
  return `${WINDOW_WORDS[type]}${platformWide ? ', platform-wide' : ''}`;
}

export const WINDOW_WORDS: Readonly<Record<WindowType, string>> = {
  crash: 'crash',
  partial_outage: 'partial outage',
  host_drop: 'host drop',
  handover: 'handover',
  planned_end: 'planned end',
  telemetry_gap: 'telemetry gap',
  audio_dropout: 'audio dropout',
};
