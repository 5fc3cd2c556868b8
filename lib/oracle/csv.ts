/** A recount as the files `export series` and `export stays` write. */
import { isoSecondText } from '../format/clock.ts';
import { LEAVE_COLUMNS } from '../numbers/second.ts';
import type { OracleResult } from './recount.ts';

const SERIES_HEAD =
  'time,connected,hearing,connections,suspect,joins,leaves,timeouts,errors,attempts,failures,state,rev';
const STAYS_HEAD = 'listener,connection,room,start,end,reason,role,hearing_seconds';

/** One line a second, unknown cells empty. */
export function seriesCsv({ rows, known }: OracleResult): string {
  const lines = rows.map((row) =>
    [
      isoSecondText(row.second * 1000),
      row.connected,
      known.hearing ? row.hearing : '',
      row.connections,
      known.silence ? row.suspect : '',
      row.joins,
      LEAVE_COLUMNS.reduce((sum, reason) => sum + row[reason], 0),
      known.silence ? row.timeouts : '',
      known.errors ? row.errors : '',
      known.attempts ? row.attempts : '',
      known.attempts ? (known.hearing ? row.failures : row.failuresByJoin) : '',
      'final',
      1,
    ].join(','),
  );
  return `${[SERIES_HEAD, ...lines].join('\n')}\n`;
}

/** One line a stay; an open one has no end, and its hearing is summed to the last row. */
export function staysCsv({ stays, rows, known }: OracleResult): string {
  const until = (rows.at(-1)?.second ?? 0) * 1000;
  const lines = stays.map(({ listener, connection, room, start, end, reason, role, hearing }) => {
    const heardFor = hearing.reduce((sum, [from, to]) => sum + Math.max(0, (to ?? until) - from), 0);
    return [
      cell(listener),
      cell(connection),
      cell(room),
      start,
      end ?? '',
      reason ?? '',
      role,
      known.hearing ? secondsText(heardFor) : '',
    ].join(',');
  });
  return `${[STAYS_HEAD, ...lines].join('\n')}\n`;
}

/** `65.8`, `0.0`, `59.999`: as few digits as say it, one at least. */
function secondsText(ms: number): string {
  return Number.isInteger(ms / 1000) ? `${ms / 1000}.0` : String(ms / 1000);
}

/** Quoted where a reader of CSV would split it. */
function cell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
