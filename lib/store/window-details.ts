/**
 * What a post-mortem shows of a window, kept with the broadcast: of a long one looking at everybody takes its time, and where
 * its seconds are no longer kept nobody can.
 */
import type { Kysely } from 'kysely';
import type { WindowDetail } from '../forensics/detail.ts';
import type { Tables } from './schema.ts';

type Second = WindowDetail['audience'][number];
const LINES = ['connected', 'expected', 'lower', 'upper'] as const satisfies readonly (keyof Second)[];

/** Seconds follow on each other: a line is the list of its values. */
interface Stored extends Omit<WindowDetail, 'audience'> {
  from: number;
  lines: Record<(typeof LINES)[number], number[]>;
}

/** `onsets` of its parts, epoch ms. Nothing where the broadcast is gone. */
export async function putDetail(
  db: Kysely<Tables>,
  broadcast: string,
  onsets: readonly number[],
  detail: WindowDetail,
): Promise<void> {
  const found = await db.selectFrom('broadcasts').select('id').where('broadcast', '=', broadcast).executeTakeFirst();
  if (found === undefined) return;
  const values = { detail: stored(detail) };
  await db
    .insertInto('details')
    .values({ broadcast_id: found.id, onsets: onsets.join(), ...values })
    .onConflict((c) => c.columns(['broadcast_id', 'onsets']).doUpdateSet(values))
    .execute();
}

/** Null where none is kept. Listeners to a tenth. */
export async function keptDetail(
  db: Kysely<Tables>,
  broadcast: string,
  onsets: readonly number[],
): Promise<WindowDetail | null> {
  const row = await db
    .selectFrom('details')
    .innerJoin('broadcasts', 'broadcasts.id', 'details.broadcast_id')
    .select('details.detail')
    .where('broadcasts.broadcast', '=', broadcast)
    .where('details.onsets', '=', onsets.join())
    .executeTakeFirst();
  if (row === undefined) return null;
  const { from, lines, ...rest }: Stored = JSON.parse(row.detail);
  const at = (name: (typeof LINES)[number], i: number): number => lines[name][i] ?? 0;
  const audience = lines.connected.map((connected, i) => ({
    second: from + i,
    connected,
    expected: at('expected', i),
    lower: at('lower', i),
    upper: at('upper', i),
  }));
  return { ...rest, audience };
}

function stored({ audience, ...rest }: WindowDetail): string {
  const line = (name: (typeof LINES)[number]): number[] => audience.map((row) => Math.round(row[name] * 10) / 10);
  const lines = Object.fromEntries(LINES.map((name) => [name, line(name)])) as Stored['lines'];
  const whole: Stored = { ...rest, from: audience[0]?.second ?? 0, lines };
  return JSON.stringify(whole);
}
