/** What a row of the overview says of a window: numbers, no text. */
import type { CrashWindow } from '../numbers/report.ts';
import { alarms, isOpen } from './span.ts';

export interface WindowBrief {
  onsetAt: number;
  endAt: number | null;
  closedAt: number | null;
  recoveredAt: number | null;
  connectedBefore: number;
  dropped: number | null;
  cause: { attribute: string; value: string; riskRatio: number } | null;
}

/** Windows in which people were cut off; the end of a show is none of them. */
export interface Alarms {
  count: number;
  open: WindowBrief | null;
  last: WindowBrief | null;
}

export function alarmsOf(windows: readonly CrashWindow[]): Alarms {
  const list = alarms(windows);
  const open = list.find(isOpen);
  const last = list.at(-1);
  return {
    count: list.length,
    open: open === undefined ? null : brief(open),
    last: last === undefined ? null : brief(last),
  };
}

function brief(window: CrashWindow): WindowBrief {
  const likely = window.causes.find((cause) => cause.likely);
  return {
    onsetAt: window.onsetAt,
    endAt: window.serviceEndAt,
    closedAt: window.closedAt,
    recoveredAt: window.recoveredAt,
    connectedBefore: window.connectedBefore,
    dropped: window.dropped,
    cause:
      likely === undefined ? null : { attribute: likely.attribute, value: likely.value, riskRatio: likely.riskRatio },
  };
}
