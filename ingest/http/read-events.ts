/** NDJSON from a sender: each line through the door, the good ones as records of the log, the others with their reason. */
import { isControl, type RejectReason } from '../../lib/event/event.ts';
import { parseRecord } from '../../lib/event/parse.ts';
import { lines } from '../file.ts';
import { Problem } from './problem.ts';

/** One event on its way into the log. */
export interface AcceptedRecord {
  /** what the topic is keyed by: the listener, a control event's broadcast */
  key: string;
  /** the event as sent: one line, without its line end */
  value: string;
}

export interface RejectedLine {
  /** from 1, blank lines counted too */
  line: number;
  reason: RejectReason;
  detail: string;
  bytes: Buffer;
}

export interface ReadEvents {
  accepted: AcceptedRecord[];
  rejected: RejectedLine[];
}

/** With more lines than this wrong, the sender is wrong, not the lines. */
const REJECTED_LINES = 10_000;

/** `now`: wall clock, epoch ms; the record's own time for the clock check. Throws a Problem for a body that is no NDJSON at all. */
export async function readEvents(body: AsyncIterable<Buffer>, now: number): Promise<ReadEvents> {
  const accepted: AcceptedRecord[] = [];
  const rejected: RejectedLine[] = [];
  let line = 0;
  for await (const { records } of lines(body)) {
    for (const { value } of records) {
      line += 1;
      const parsed = parseRecord(value, now);
      if (parsed.kind === 'blank') continue;
      if (parsed.kind === 'event') {
        const { event } = parsed;
        accepted.push({ key: isControl(event) ? event.broadcast : event.listener, value: lineOf(value) });
        continue;
      }
      rejected.push({ line, reason: parsed.reason, detail: parsed.detail, bytes: Buffer.from(value) });
      if (rejected.length > REJECTED_LINES) throw hopeless(rejected);
    }
  }
  return { accepted, rejected };
}

function hopeless(rejected: readonly RejectedLine[]): Problem {
  const first = rejected[0];
  return new Problem(
    400,
    `More than ${REJECTED_LINES} lines of this body are no events (line ${first?.line ?? 1}: ${first?.detail ?? ''}), so nothing of it was taken: correct the sender.`,
  );
}

/** JSON's own white space around it does not belong to it, nor does a byte order mark. */
function lineOf(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  return (text.charCodeAt(0) === 0xfeff ? text.slice(1) : text).trim();
}
