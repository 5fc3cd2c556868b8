/** Each listener's presence over all rooms: stays merged where they overlap, and how each presence ended (SEMANTICS 6). */
import { LEAVE_COLUMNS } from '../numbers/second.ts';
import { OPEN, type StayTable } from './stay-table.ts';

export const LASTS = 0;
/** left, kicked, room ended, replaced … */
export const ENDED = 1;
/** reason error or server */
export const DROPPED = 2;
export const TIMED_OUT = 3;

export interface Presences {
  /** presences of listener number i are those at offsets[i] … offsets[i + 1] - 1, in order */
  offsets: Int32Array;
  /** presence is [from, to), epoch ms; `to` Infinity while it lasts */
  from: Float64Array;
  to: Float64Array;
  /** LASTS, ENDED, DROPPED or TIMED_OUT */
  kind: Uint8Array;
  /** ended with reason `replaced` */
  replaced: Uint8Array;
  /** the stay that opened it, and the one that decided how it ended */
  firstStay: Int32Array;
  lastStay: Int32Array;
  /** half a heartbeat period where silence decided the end, by which it is dated back, ms; else 0 */
  datedBack: Float64Array;
}

const ERROR = LEAVE_COLUMNS.indexOf('error');
const SERVER = LEAVE_COLUMNS.indexOf('server');
const TIMEOUT = LEAVE_COLUMNS.indexOf('timeout');
const REPLACED = LEAVE_COLUMNS.indexOf('replaced');

export function presencesOf(stays: StayTable): Presences {
  const count = stays.start.length;
  const listeners = stays.listeners.length;
  const offsets = new Int32Array(listeners + 1);
  const from = new Float64Array(count);
  const to = new Float64Array(count);
  const kind = new Uint8Array(count);
  const replaced = new Uint8Array(count);
  const firstStay = new Int32Array(count);
  const lastStay = new Int32Array(count);
  const datedBack = new Float64Array(count);
  let n = 0;
  for (let listener = 0; listener < listeners; listener++) {
    offsets[listener] = n;
    const begin = stays.offsets[listener] ?? 0;
    const stop = stays.offsets[listener + 1] ?? 0;
    for (let i = begin; i < stop; ) {
      let reach = stays.end[i] ?? 0;
      let j = i + 1;
      // one that begins where another ends begins anew
      for (; j < stop && (stays.start[j] ?? 0) < reach; j++) reach = Math.max(reach, stays.end[j] ?? 0);
      from[n] = stays.start[i] ?? 0;
      to[n] = reach;
      firstStay[n] = i;
      for (let s = i; s < j; s++) {
        if (stays.end[s] !== reach) continue;
        const how = kindOf(stays.reason[s] ?? OPEN);
        if (stays.reason[s] === REPLACED) replaced[n] = 1;
        // at one instant an involuntary ending wins
        if (how >= ENDED && rankOf(how) <= rankOf(kind[n] ?? LASTS)) continue;
        kind[n] = how;
        lastStay[n] = s;
      }
      if (kind[n] === TIMED_OUT) datedBack[n] = datedBackBy(stays, lastStay[n] ?? 0);
      n++;
      i = j;
    }
  }
  offsets[listeners] = n;
  return {
    offsets,
    from: from.subarray(0, n),
    to: to.subarray(0, n),
    kind: kind.subarray(0, n),
    replaced: replaced.subarray(0, n),
    firstStay: firstStay.subarray(0, n),
    lastStay: lastStay.subarray(0, n),
    datedBack: datedBack.subarray(0, n),
  };
}

/** A leave can say `timeout` too, and is dated as it says. */
function datedBackBy(stays: StayTable, stay: number): number {
  const half = (stays.heartbeatMs[stay] ?? 0) / 2;
  const silence = (stays.end[stay] ?? 0) - (stays.lastEvidence[stay] ?? 0);
  return silence === Math.floor(half) ? half : 0;
}

function kindOf(reason: number): number {
  if (reason === OPEN) return LASTS;
  if (reason === ERROR || reason === SERVER) return DROPPED;
  return reason === TIMEOUT ? TIMED_OUT : ENDED;
}

function rankOf(kind: number): number {
  return kind === DROPPED ? 3 : kind === TIMED_OUT ? 2 : kind === ENDED ? 1 : 0;
}
