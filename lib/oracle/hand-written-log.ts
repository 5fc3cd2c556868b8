/** Short logs for tests: events with defaults, read through the door, seconds after a whole minute. */
import { parseRecord } from '../event/parse.ts';
import { Oracle } from './oracle.ts';
import type { OracleResult } from './recount.ts';
import type { OracleRow } from './rows.ts';

const BEGIN_AT = Date.UTC(2024, 2, 1, 20, 0, 0);

/** Epoch ms of so many seconds after the begin. */
export function at(seconds: number): number {
  return BEGIN_AT + Math.round(seconds * 1000);
}

type Fields = Readonly<Record<string, unknown>>;

/** `event('join', 2.5, 'ann', { heartbeatMs: 10_000 })` */
export function event(type: string, seconds: number, listener: string, more: Fields = {}): Fields {
  return { type, ts: at(seconds), broadcast: 'show', listener, ...more };
}

/** `control('room_end', 60, { room: 'hall' })` */
export function control(type: string, seconds: number, more: Fields = {}): Fields {
  return { type, ts: at(seconds), broadcast: 'show', ...more };
}

/** The recount of `show` from records in the order given, all in partition 0. */
export function counted(records: readonly (Fields | string)[], defaultHeartbeatMs = 0): OracleResult {
  const oracle = new Oracle({ defaultHeartbeatMs, breakdowns: ['client'] });
  for (const record of records) read(oracle, record, 0);
  const result = oracle.finish('show');
  if (result === null) throw new Error('The log holds no event of the broadcast "show".');
  return result;
}

export function read(oracle: Oracle, record: Fields | string, partition: number): void {
  const text = typeof record === 'string' ? record : JSON.stringify(record);
  oracle.add(parseRecord(new TextEncoder().encode(text), null), partition);
}

/** One number over all rows, in order. */
export function column(result: OracleResult, name: keyof OracleRow): number[] {
  return result.rows.map((row) => row[name]);
}

/** `ann 0-5 left` for every stay, seconds after the begin; an open one ends with nothing. */
export function stayTexts({ stays }: OracleResult): string[] {
  const seconds = (instant: number) => (instant - BEGIN_AT) / 1000;
  return stays.map(({ listener, start, end, reason }) =>
    [listener, `${seconds(start)}-${end === null ? '' : seconds(end)}`, reason ?? ''].join(' ').trim(),
  );
}
