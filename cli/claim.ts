/** `headcount claim`: a number that somebody said, held against what was counted. */
import { type Claim, ClaimValueError, checkClaim } from '../lib/compare/claim.ts';
import { claimLines } from '../lib/compare/claim-text.ts';
import { KINDS, parseKind } from '../lib/compare/kind.ts';
import { measuredFor } from '../lib/compare/read-claims.ts';
import { readNumbers } from '../lib/report/read.ts';
import { putClaim } from '../lib/store/claims.ts';
import { openReadStore, openTables } from '../lib/store/open.ts';
import { choiceOption, instantOption, parseCommand, UsageError } from './arguments.ts';
import { settingsFor } from './context.ts';

export const help = `headcount claim BROADCAST "TEXT" --value N --kind K [options]

Says whether the claim is supported, contradicted or cannot be answered, and what else lies in what was claimed. It is
kept with the broadcast, and stands in its report from then on.

  --value N         as it was written, since its digits say how exact it was meant: 161000, 161,000, 1.2M,
                    "about 300,000" (about, nearly, over and the like, here or in TEXT, double the span)
  --kind K          ${KINDS.slice(0, 8).join(', ')},
                    ${KINDS.slice(8).join(', ')}
  --at TIME         the instant that is meant, ISO 8601 or epoch ms
  --segment LABEL   the segment that is meant
  --about ID        another broadcast, or a published figure, that the claim speaks of
  --dry-run         checks it and keeps nothing
  --format text|json
  --store URL       sqlite:PATH or postgres://…
`;

/** As many UTF-16 units as a note may have. */
const LONGEST_TEXT = 280;

export async function run(args: string[]): Promise<number> {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseCommand(
    args,
    {
      value: text,
      kind: text,
      at: text,
      segment: text,
      about: text,
      'dry-run': { type: 'boolean' },
      format: text,
      store: text,
    },
    ['BROADCAST', '"TEXT"'],
  );
  const [broadcast = '', said = ''] = positionals;
  const format = choiceOption('format', values.format, ['text', 'json']) ?? 'text';
  const claim = readClaim(said, values);
  const settings = settingsFor({ store: values.store });
  const reader = await openReadStore(settings.store);
  try {
    const report = await readNumbers(reader, broadcast);
    if (report === null)
      throw new Error(`The store has no broadcast "${broadcast}": see the names with \`headcount doctor\``);
    const readOther = (id: string) => readNumbers(reader, id);
    const verdict = judged(claim, await measuredFor(reader, report, claim, readOther));
    const kept = values['dry-run'] === true ? null : await keep(settings.store, broadcast, claim);
    process.stdout.write(
      format === 'json'
        ? `${JSON.stringify({ broadcast, id: kept, ...claim, ...verdict }, null, 1)}\n`
        : `${claimLines(claim, verdict, settings.timezone).join('\n')}\n`,
    );
  } finally {
    await reader.close();
  }
  return 0;
}

interface Given {
  value?: string | undefined;
  kind?: string | undefined;
  at?: string | undefined;
  segment?: string | undefined;
  about?: string | undefined;
}

function readClaim(text: string, given: Given): Claim {
  if (text.trim() === '' || text.length > LONGEST_TEXT) {
    throw new UsageError(`TEXT must have 1 to ${LONGEST_TEXT} characters, as in "161,000 heard the speech"`);
  }
  if (given.value === undefined)
    throw new UsageError('--value is missing: the number as it was written, as in 161,000');
  if (given.kind === undefined) throw new UsageError(`--kind is missing: one of ${KINDS.join(', ')}`);
  const kind = parseKind(given.kind);
  if (kind === null) throw new UsageError(`--kind must be one of ${KINDS.join(', ')}, not "${given.kind}"`);
  if (given.at !== undefined && given.segment !== undefined) {
    throw new UsageError('--at and --segment cannot be given together: a claim is of an instant or of a segment');
  }
  return {
    text,
    value: given.value,
    kind,
    at: instantOption('at', given.at) ?? null,
    segment: given.segment ?? null,
    about: given.about ?? null,
  };
}

function judged(...[claim, measured]: Parameters<typeof checkClaim>): ReturnType<typeof checkClaim> {
  try {
    return checkClaim(claim, measured);
  } catch (error) {
    if (error instanceof ClaimValueError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

/** Returns the id under which the claim is kept. */
async function keep(store: string, broadcast: string, claim: Claim): Promise<string | null> {
  const tables = await openTables(store);
  try {
    return (await putClaim(tables, broadcast, claim, Date.now()))?.id ?? null;
  } finally {
    await tables.destroy();
  }
}
