/** Fact sheets as the pages and the API hold them: computed once until something of the broadcast changes. */
import 'server-only';
import { type CheckedClaim, readClaims } from '../../lib/compare/read-claims.ts';
import { onsetsOf, readWindowDetail, type WindowDetail } from '../../lib/forensics/detail.ts';
import type { CrashWindow, Report } from '../../lib/numbers/report.ts';
import { readNumbers } from '../../lib/report/read.ts';
import { keepReport } from '../../lib/store/final-reports.ts';
import type { Reader } from '../../lib/store/read.ts';
import { tables } from './tables.ts';

/** Broadcasts whose numbers are held at once; the one asked for longest ago goes first. */
const MOST_HELD = 12;

interface Held {
  /** of the whole store: while it stands, nothing was written */
  token: string;
  /** of the broadcast: while it stands, what was written was of another one */
  key: string;
  report: Promise<Report | null>;
  /** by onsets of their parts */
  details: Map<string, Promise<WindowDetail | null>>;
}

declare global {
  var headcountNumbers: Map<string, Held> | undefined;
}

/** The fact sheet without its claims; null where the store has no such broadcast. */
export async function numbersOf(store: Reader, broadcast: string): Promise<Report | null> {
  return (await held(store, broadcast))?.report ?? null;
}

/** The fact sheet with its claims, judged anew. */
export async function reportWithClaims(store: Reader, broadcast: string): Promise<Report | null> {
  const report = await numbersOf(store, broadcast);
  return report === null ? null : { ...report, claims: await claimsOf(store, report) };
}

/** The claims kept with a broadcast, each with its verdict. */
export function claimsOf(store: Reader, report: Report): Promise<CheckedClaim[]> {
  return readClaims(store, report, (other) => numbersOf(store, other));
}

/** What a post-mortem shows of a window; null where there is none such (any more). */
export async function windowDetailOf(
  store: Reader,
  broadcast: string,
  window: Pick<CrashWindow, 'onsetAt' | 'joins'>,
): Promise<WindowDetail | null> {
  const found = await held(store, broadcast);
  if (found === null) return null;
  const onsets = onsetsOf(window);
  const key = onsets.join();
  const known = found.details.get(key);
  if (known !== undefined) return known;
  const detail = readWindowDetail(store, broadcast, onsets);
  found.details.set(key, detail);
  detail.catch(() => found.details.delete(key));
  return detail;
}

/** What is complete is counted once: of a long broadcast that takes its time. */
async function counted(store: Reader, broadcast: string): Promise<Report | null> {
  const report = await readNumbers(store, broadcast);
  const status = await store.status(broadcast);
  const isNew = report !== null && (await store.finalReport(broadcast))?.rev !== report.rev;
  if (report !== null && isNew && status?.complete && status.rev === report.rev) {
    await keepReport(await tables(), { ...report, claims: [] });
  }
  return report;
}

async function held(store: Reader, broadcast: string): Promise<Held | null> {
  globalThis.headcountNumbers ??= new Map();
  const all = globalThis.headcountNumbers;
  const token = await store.changeToken();
  const before = all.get(broadcast);
  if (before?.token === token) return before;
  const key = await keyOf(store, broadcast);
  if (key === null) {
    all.delete(broadcast);
    return null;
  }
  const now = all.get(broadcast);
  const same = now?.key === key ? now : null;
  const entry: Held = same ?? { token, key, report: counted(store, broadcast), details: new Map() };
  entry.token = token;
  all.delete(broadcast);
  all.set(broadcast, entry);
  if (same === null) entry.report.catch(() => all.get(broadcast) === entry && all.delete(broadcast));
  const [oldest] = all.keys();
  if (all.size > MOST_HELD && oldest !== undefined) all.delete(oldest);
  return entry;
}

/** Changes with anything that a fact sheet is made of. */
async function keyOf(store: Reader, broadcast: string): Promise<string | null> {
  const facts = await store.facts(broadcast);
  if (facts === null) return null;
  const { storedAt, liveSecond, complete, rev, title, watermark } = facts.status;
  const windows = await store.windows(broadcast);
  return JSON.stringify([storedAt, liveSecond, complete, rev, title, String(watermark), facts.ledger, windows]);
}
