/** What kind of window it is: the first rule that fits (SEMANTICS 6), from evidence gathered of the stays and rows around it. */
import type { WindowType } from '../numbers/report.ts';
import type { DetectedWindow } from './detected.ts';

/** Facts of one window. Instants are epoch ms, null = did not happen (so far); counts are listeners. */
export interface TypeEvidence {
  kind: DetectedWindow['kind'];
  /** the instant at which the window began */
  onsetAt: number;
  /** the attribute value whose own numbers raised it, where the whole's did not */
  within: DetectedWindow['within'];
  /** D, the dropped */
  dropped: number;
  /** of D: went without a word, in the window: suspect or timed out */
  silent: number;
  /** of the silent: their last evidence came from a source that then sent nothing for the length of a heartbeat period */
  silentBySource: number;
  /** of the silent: came back on the same connection without a join, also after a time-out */
  silentBack: number;
  /** of D: the drop carries reason `replaced` */
  replaced: number;
  /** of those: back within 30 s, or in the next room */
  replacedBack: number;
  /** of D, whatever the reason: back within 30 s in another room. Absent: not looked at */
  moved?: number;
  /** when the last host's presence ended, by onset + 10 s, so that none was left; null: a host was there, or none ever was */
  lastHostGoneAt: number | null;
  /** the first host's return after it, whenever it was */
  hostBackAt: number | null;
  /** the `room_end` nearest to the onset, within 10 s of it */
  roomEndAt: number | null;
  /** the first opening of another room within 15 min after the onset */
  otherRoomAt: number | null;
  /** the value with the highest lower bound of its risk ratio among client, version, region and edge */
  topCause: { attribute: string; value: string; shareOfDropped: number; lower: number } | null;
}

/** A loss of the hosts explains what begins by then: later it is the audience's own story, ms. */
const HOST_BEFORE_MS = 60_000;
/** A handover brings this share of its people over. */
const MOVED_SHARE = 0.8;
/** A value explains a window where its risk ratio is surely above this … */
const LIKELY_LOWER = 3;
/** … and it holds most of the dropped. */
const EXPLAINS_SHARE = 0.6;

export function typeOf(evidence: TypeEvidence): WindowType {
  if (evidence.kind === 'audio') return 'audio_dropout';
  if (evidence.kind === 'curve') return 'crash';
  if (isTelemetryGap(evidence)) return 'telemetry_gap';
  if (isPlannedEnd(evidence)) return 'planned_end';
  if (isHandover(evidence)) return 'handover';
  if (isHostDrop(evidence)) return 'host_drop';
  return isPartial(evidence) ? 'partial_outage' : 'crash';
}

/** Silence that ended by itself: half of the silent were there all the time, and they are most of what was lost. */
export function isWithdrawn(evidence: TypeEvidence): boolean {
  return evidence.kind === 'loss' && mostWereSilent(evidence) && 2 * evidence.silentBack >= evidence.silent;
}

function isTelemetryGap(evidence: TypeEvidence): boolean {
  return mostWereSilent(evidence) && (2 * evidence.silentBySource > evidence.silent || isWithdrawn(evidence));
}

function mostWereSilent({ silent, dropped }: TypeEvidence): boolean {
  return silent > 0 && 2 * silent > dropped;
}

function isPlannedEnd(evidence: TypeEvidence): boolean {
  if (evidence.otherRoomAt !== null) return false;
  if (evidence.roomEndAt !== null) return true;
  return evidence.lastHostGoneAt !== null && evidence.hostBackAt === null;
}

/** Of people who were moved nearly all arrive at once; of people who were lost some do. */
function isHandover({ replaced, replacedBack, dropped, moved }: TypeEvidence): boolean {
  if (moved !== undefined && moved > 0 && moved >= MOVED_SHARE * dropped) return true;
  return replaced > 0 && 2 * replaced > dropped && replacedBack >= MOVED_SHARE * replaced;
}

/** The hosts went first and the audience after them; a failure that takes both at once is a crash. */
function isHostDrop({ lastHostGoneAt, onsetAt }: TypeEvidence): boolean {
  return lastHostGoneAt !== null && lastHostGoneAt >= onsetAt - HOST_BEFORE_MS && lastHostGoneAt < onsetAt;
}

function isPartial({ topCause, within }: TypeEvidence): boolean {
  if (within !== null) return true;
  return topCause !== null && topCause.lower >= LIKELY_LOWER && topCause.shareOfDropped >= EXPLAINS_SHARE;
}
