/** The counting core alone, fed with lines: what reading and counting cost, without source and store. */
import { ScannedEvent, scanRecord } from '../../lib/event/scan.ts';
import { BroadcastCounter } from '../../lib/presence/counter.ts';
import { eachLine, type Made } from './lines.ts';

const scanned = new ScannedEvent();
export const BREAKDOWNS = ['client', 'region', 'edge'];

export function newCounter(keepState = false): BroadcastCounter {
  return new BroadcastCounter({ defaultHeartbeatMs: 0, breakdowns: BREAKDOWNS, keepState });
}

export function feed(counter: BroadcastCounter, made: Made, broadcast = 'show'): void {
  eachLine(made, (bytes, start, end) => {
    if (scanRecord(bytes, start, end, null, scanned)) counter.applyScanned(bytes, start, end, scanned, broadcast);
  });
}
