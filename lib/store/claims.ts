/** Claims as they were entered: kept with the broadcast, judged anew whenever they are read. */
import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Claim } from '../compare/claim.ts';
import { parseKind } from '../compare/kind.ts';
import type { Tables } from './schema.ts';

export interface StoredClaim extends Claim {
  /** follows from what was claimed: the same claim entered twice is one */
  id: string;
  /** wall clock, epoch ms */
  enteredAt: number;
}

/** Null where the store has no such broadcast. A claim that is there already stays as it was entered first. */
export async function putClaim(
  db: Kysely<Tables>,
  broadcast: string,
  claim: Claim,
  enteredAt: number,
): Promise<StoredClaim | null> {
  const broadcastId = await idOfBroadcast(db, broadcast);
  if (broadcastId === null) return null;
  const stored = { ...claim, id: claimId(claim), enteredAt };
  await db
    .insertInto('claims')
    .values({ broadcast_id: broadcastId, id: stored.id, entered_at: enteredAt, claim: JSON.stringify(claim) })
    .onConflict((conflict) => conflict.columns(['broadcast_id', 'id']).doNothing())
    .execute();
  return (await claimsOf(db, broadcast)).find(({ id }) => id === stored.id) ?? stored;
}

/** Whether there was such a claim. */
export async function removeClaim(db: Kysely<Tables>, broadcast: string, id: string): Promise<boolean> {
  const broadcastId = await idOfBroadcast(db, broadcast);
  if (broadcastId === null) return false;
  const { numDeletedRows } = await db
    .deleteFrom('claims')
    .where('broadcast_id', '=', broadcastId)
    .where('id', '=', id)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

/** By when they were entered, then by id. */
export async function claimsOf(db: Kysely<Tables>, broadcast: string): Promise<StoredClaim[]> {
  const rows = await db
    .selectFrom('claims')
    .innerJoin('broadcasts', 'broadcasts.id', 'claims.broadcast_id')
    .select(['claims.id', 'claims.entered_at', 'claims.claim'])
    .where('broadcasts.broadcast', '=', broadcast)
    .orderBy('claims.entered_at')
    .orderBy('claims.id')
    .execute();
  return rows.map((row) => ({ ...asClaim(row.claim), id: row.id, enteredAt: Number(row.entered_at) }));
}

async function idOfBroadcast(db: Kysely<Tables>, broadcast: string): Promise<number | null> {
  const found = await db.selectFrom('broadcasts').select('id').where('broadcast', '=', broadcast).executeTakeFirst();
  return found?.id ?? null;
}

function claimId({ text, value, kind, at, segment, about }: Claim): string {
  return createHash('sha256')
    .update(JSON.stringify([text, value, kind, at, segment, about]))
    .digest('hex')
    .slice(0, 16);
}

function asClaim(json: string): Claim {
  const { text, value, kind, at, segment, about }: Record<keyof Claim, unknown> = JSON.parse(json);
  return {
    text: String(text),
    value: String(value),
    kind: parseKind(String(kind)) ?? 'unstated',
    at: typeof at === 'number' ? at : null,
    segment: typeof segment === 'string' ? segment : null,
    about: typeof about === 'string' ? about : null,
  };
}
