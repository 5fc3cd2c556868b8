/** Details of windows are counted where all that is known of their broadcast has been read anyway. */
import type { Kysely } from 'kysely';
import type { Findings } from '../forensics/analyse.ts';
import { SECONDS_BEFORE } from '../forensics/codes.ts';
import { type DetailReader, detailOf } from '../forensics/detail.ts';
import { joinedIn } from '../forensics/joined.ts';
import type { Tables } from './schema.ts';
import { putDetail } from './window-details.ts';

/** `windows`: onsets of the parts of each, epoch ms; default: all that were found, apart. */
export async function keepDetails(
  db: Kysely<Tables>,
  reader: Pick<DetailReader, 'errorsByCode'>,
  broadcast: string,
  { detected, known }: Findings,
  windows: readonly (readonly number[])[] = detected.map(({ onset }) => [onset * 1000]),
): Promise<void> {
  const wanted = windows.flatMap((onsets) => {
    const window = joinedIn(detected, onsets);
    return window === null || window.kind === 'curve' ? [] : [{ onsets, window }];
  });
  if (wanted.length === 0) return;
  const first = Math.min(...wanted.map(({ window }) => window.onset));
  const errors = await reader.errorsByCode(broadcast, { from: first - SECONDS_BEFORE });
  for (const { onsets, window } of wanted) {
    await putDetail(db, broadcast, onsets, detailOf(known, window, errors, detected));
  }
}
