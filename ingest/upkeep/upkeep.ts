/**
 * What is done to a store beside counting: what is final is summed up once, and what has been kept long enough becomes
 * coarser, a small transaction at a time. The clock is an argument.
 */
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { lookInto } from '../../lib/forensics/analyse.ts';
import { onsetsOf } from '../../lib/forensics/detail.ts';
import { finalSecond } from '../../lib/numbers/state.ts';
import { readNumbers } from '../../lib/report/read.ts';
import { alarms } from '../../lib/series/span.ts';
import { putReport } from '../../lib/store/final-reports.ts';
import { keepDetails } from '../../lib/store/keep-details.ts';
import { keepOutlines } from '../../lib/store/keep-outline.ts';
import { type Reader, rowRange } from '../../lib/store/read.ts';
import {
  type Due,
  dropPeople,
  forgetMarks,
  mark,
  type Stage,
  silentSince,
  stageDone,
  stagesOf,
  staysAre,
  unmarkedSince,
  writtenBefore,
} from '../../lib/store/retention.ts';
import { dropMinutes, rollSeconds, rollTens, type Stretch } from '../../lib/store/roll-up.ts';
import type { Tables } from '../../lib/store/schema.ts';
import { writeStays } from '../../lib/store/stay-archive.ts';
import { archiveName } from '../archive.ts';
import type { Retention } from '../settings.ts';

/** Of a broadcast that goes on it is noted this often how far it was written, ms. */
const MARK_MS = 3_600_000;
const MINUTE = 60;
/** A transaction is to take about this long, ms; others wait for it. */
const LONGEST_MS = 40;
const SHORTEST_MS = 10;
/** Seconds of a broadcast rolled up in one transaction, at least and at most. */
const LEAST = MINUTE;
const MOST = 3_600;
/** Listeners whose stays go in one transaction. */
const PEOPLE = 2_000;

const WORK = { seconds: rollSeconds, tens: rollTens, minutes: dropMinutes } as const;

export interface UpkeepOptions {
  tables: Kysely<Tables>;
  reader: Reader;
  retention: Retention;
  /** where stays go that are no longer kept in the store */
  folder: string;
  /** lets others have the store for so many ms */
  rest: (ms: number) => Promise<void>;
  /** set: whatever is under way ends after its transaction */
  signal?: AbortSignal;
}

export class Upkeep {
  readonly #options: UpkeepOptions;
  #stretch = 600;

  constructor(options: UpkeepOptions) {
    this.#options = options;
  }

  /** Does what is due at `now`, epoch ms of the wall clock. */
  async round(now: number): Promise<void> {
    const { tables, reader, retention, signal } = this.#options;
    await reader.keepSummaries();
    await keepOutlines(tables, await reader.broadcasts(), signal);
    await this.#noteProgress(now);
    const lasts = { seconds: retention.secondsFor, tens: retention.tensFor, minutes: retention.minutesFor };
    for (const stage of ['seconds', 'tens', 'minutes'] as const) {
      const lastsFor = lasts[stage];
      if (lastsFor === null) continue;
      for (const due of await silentSince(tables, stage, now - lastsFor)) await this.#finish(stage, due);
      for (const { id, broadcast, second } of await writtenBefore(tables, now - lastsFor)) {
        await this.#advance(stage, id, broadcast, second + 1);
      }
    }
    await reader.keepSummaries();
  }

  /** Of broadcasts that go on: what is final now has been written by now. */
  async #noteProgress(now: number): Promise<void> {
    const { tables, reader, retention } = this.#options;
    if (retention.secondsFor === null) return;
    for (const { id, broadcast } of await unmarkedSince(tables, now - MARK_MS)) {
      const status = await reader.status(broadcast);
      const second = status === null ? null : finalSecond(status);
      if (second !== null && Number.isFinite(second)) await mark(tables, id, now, second);
    }
    const oldest = Math.max(retention.secondsFor, retention.tensFor ?? 0, retention.minutesFor ?? 0);
    await forgetMarks(tables, now - 2 * oldest);
  }

  /** The whole of a broadcast that is over. */
  async #finish(stage: Stage, due: Due): Promise<void> {
    const { tables, reader, signal } = this.#options;
    const facts = await reader.facts(due.broadcast);
    if (facts === null || facts.status.state !== 'final' || signal?.aborted) return;
    // the fact sheet is made while every second is there
    if (stage === 'seconds' && (await reader.finalReport(due.broadcast))?.rev !== facts.status.rev) {
      const report = await readNumbers(reader, due.broadcast);
      if (report !== null) await putReport(tables, due.id, report);
    }
    if (stage === 'seconds' && facts.status.kept === null) await this.#keepDetails(due.broadcast);
    const { to } = rowRange(facts.status);
    if (!(await this.#advance(stage, due.id, due.broadcast, to + MINUTE - 1))) return;
    if (stage === 'seconds' && !(await this.#archiveStays(due))) return;
    await stageDone(tables, stage, due);
  }

  /** Who was dropped and who came back is counted while every second and every stay is there. */
  async #keepDetails(broadcast: string): Promise<void> {
    const { tables, reader } = this.#options;
    const missing: number[][] = [];
    for (const window of alarms(await reader.windows(broadcast))) {
      if ((await reader.keptDetail(broadcast, onsetsOf(window))) === null) missing.push(onsetsOf(window));
    }
    const found = missing.length === 0 ? null : await lookInto(reader, broadcast);
    if (found !== null) await keepDetails(tables, reader, broadcast, found, missing);
  }

  /** Brings a stage to the last whole minute before `to`, epoch s. False: it was interrupted. */
  async #advance(stage: Stage, id: number, broadcast: string, to: number): Promise<boolean> {
    const { tables, reader, rest, signal } = this.#options;
    const status = await reader.status(broadcast);
    if (status === null) return false;
    const range = rowRange(status);
    const first = Math.floor(range.from / MINUTE) * MINUTE;
    const stages = await stagesOf(tables, id, { first, lastAt: status.lastAt });
    // nothing becomes a minute that is not a block of 10 s yet
    const before = stage === 'seconds' ? to : stage === 'tens' ? stages.seconds : stages.tens;
    const target = Math.floor(Math.min(to, before) / MINUTE) * MINUTE;
    for (let from = stages[stage]; from < target; ) {
      if (signal?.aborted) return false;
      const stretch: Stretch = {
        ...{ broadcastId: id, from, to: Math.min(target, from + this.#stretch) },
        ...{ first: range.from, end: range.to },
      };
      const startedAt = performance.now();
      if (!(await WORK[stage](tables, stretch))) return false;
      const took = performance.now() - startedAt;
      if (took > LONGEST_MS) this.#stretch = Math.max(LEAST, Math.floor(this.#stretch / 2 / MINUTE) * MINUTE);
      else if (took < SHORTEST_MS) this.#stretch = Math.min(MOST, this.#stretch * 2);
      from = stretch.to;
      await rest(9 * took);
    }
    return true;
  }

  /** The people of a broadcast go into a file, and then out of the store. False: it was interrupted. */
  async #archiveStays({ id, broadcast }: Due): Promise<boolean> {
    const { tables, reader, folder, rest, signal } = this.#options;
    const path = join(folder, `${archiveName(broadcast)}.parquet`);
    await writeStays(path, reader.stays(broadcast));
    await staysAre(tables, id, path);
    for (let left = true; left; ) {
      if (signal?.aborted) return false;
      const startedAt = performance.now();
      left = await dropPeople(tables, id, PEOPLE);
      await rest(9 * (performance.now() - startedAt));
    }
    return true;
  }
}
