/** The one place where ingest and the pages meet. SQL lives behind this interface; reads merge partitions. */
import type { ControlEvent } from '../event/event.ts';
import type { BlockStep } from '../numbers/blocks.ts';
import type { CrashWindow } from '../numbers/report.ts';
import type { Known, SecondRow, ValueState } from '../numbers/second.ts';
import type { Stay } from '../presence/stay.ts';
import type { DemandBucket } from '../series/demand-now.ts';
import type { Point } from '../series/point.ts';
import type { Alarms } from '../series/window-brief.ts';

/** Where a broadcast stands. Times in epoch ms of event time unless said otherwise. */
export interface BroadcastStatus {
  broadcast: string;
  title: string | null;
  /** plainly marked as the built-in demo */
  demo: boolean;
  /** 'events', or 'curve' for an imported viewer count */
  kind: 'events' | 'curve';
  known: Known;
  /** earliest and latest presence, quality or room event (endings included in lastAt) */
  firstAt: number;
  lastAt: number;
  /** common watermark W; Infinity where the log is complete */
  watermark: number;
  /** the live second: headline numbers stand here (epoch s) */
  liveSecond: number;
  /** largest T of its connections, ms */
  longestTimeout: number;
  complete: boolean;
  /** wall clock when a record of it was last stored, epoch ms */
  storedAt: number;
  /** true while a partition of it lags: numbers would skip it */
  catchingUp: boolean;
  state: ValueState;
  rev: number;
  /** where not every second is there any more; null: all are */
  kept: KeptRows | null;
}

/** What became of seconds that are no longer kept. Instants in epoch s. */
export interface KeptRows {
  /** length of the coarsest rows there are, s */
  step: BlockStep;
  /** nothing before; blocks of a minute; from `tensFrom` on of 10 s; from `secondsFrom` on seconds */
  from: number;
  tensFrom: number;
  secondsFrom: number;
  /** the highest second among them, as it was */
  peak: { value: number; second: number } | null;
  peakHearing: { value: number; second: number } | null;
  /** file that has the stays; null: they are in the store */
  stays: string | null;
}

export interface BroadcastSummary extends BroadcastStatus {
  connected: number;
  hearing: number | null;
  peak: number;
  /** epoch s, the first second with the peak; null before the first row */
  peakSecond: number | null;
  /** null where hearing is unknown */
  peakHearing: number | null;
  /** average-minute audience; null until all is final, or where there is no runtime */
  averageMinuteAudience: number | null;
  /** connected(live second) - connected(5 min before), null where it did not run that long */
  change5m: number | null;
  windows: number;
  windowOpen: boolean;
  alarms: Alarms;
  /** up to 60 values of connected over its whole run, for a sparkline */
  spark: number[];
}

/** What past broadcasts can be ordered by; `ended` is when the last event of it was. */
export const PAGE_SORTS = ['name', 'ended', 'ran', 'peak', 'windows'] as const;
export type PageSort = (typeof PAGE_SORTS)[number];

export interface PageQuery {
  /** running: not everything of it is final; null: both */
  group: 'running' | 'ended' | null;
  /** only those with a window in which people were cut off */
  crashed: boolean;
  /** in title or id, upper and lower case alike; empty: all */
  search: string;
  /** only those that ran at some time of it, epoch ms: `from` <= t < `to`; null: without a bound */
  ran?: { from: number | null; to: number | null };
  sort: PageSort;
  descending: boolean;
  /** rows, and how many before them */
  limit: number;
  offset: number;
  /** only those that come after this broadcast; of one that is not there, all */
  after?: string;
}

export interface BroadcastsPage {
  /** in the order asked for, those alike by id in the same direction */
  rows: BroadcastSummary[];
  /** how many fit the query, those before `after` among them */
  total: number;
  /** of all broadcasts, whatever the query */
  counts: { all: number; running: number; ended: number; crashed: number };
}

export interface SeriesQuery {
  /** epoch s, from <= t < to; default: all rows of the broadcast */
  from?: number;
  to?: number;
  room?: string;
  attribute?: string;
  value?: string;
}

export interface PipelineHealth {
  source: string;
  partitions: { partition: number; lagRecords: number | null; watermarkAt: number | null; offset: number }[];
  rejected: Record<string, number>;
  duplicates: number;
  late: number;
  /** read so far, late and rejected ones too */
  records: number;
  /** wall clock of the last checkpoint, epoch ms */
  checkpointAt: number | null;
  /** what is wrong, one sentence, or null */
  trouble: string | null;
}

/** What pages, exports and reports read. Every number arrives merged over partitions. */
export interface ReadStore {
  /** changes whenever another process may have committed; cheap enough to ask ten times a second */
  changeToken(): Promise<string>;
  broadcasts(): Promise<BroadcastSummary[]>;
  /** some of them: as quick with very many past ones as with few */
  broadcastsPage(query: PageQuery): Promise<BroadcastsPage>;
  status(broadcast: string): Promise<BroadcastStatus | null>;
  /** a row per second, filled in where nothing changed */
  series(broadcast: string, query?: SeriesQuery): Promise<SecondRow[]>;
  /** of a stretch, at most about so many; a shorter stretch gives finer ones */
  points(broadcast: string, query?: SeriesQuery, most?: number): Promise<Point[]>;
  /** how attempts went in all of it, as one row at its last second; more rows where seconds are no longer kept */
  attemptsOfAll(broadcast: string): Promise<SecondRow[]>;
  /** every 10 s of the epoch with an attempt, ascending: that in which the broadcast begins lies partly before its first row */
  demand(broadcast: string): Promise<DemandBucket[]>;
  errorsByCode(broadcast: string, query?: SeriesQuery): Promise<{ second: number; code: string; count: number }[]>;
  controls(broadcast: string): Promise<ControlEvent[]>;
  /** times to first audio: [ms, how many], ascending, within 1 % */
  startups(broadcast: string): Promise<[number, number][]>;
  stays(broadcast: string): AsyncIterable<Stay>;
  windows(broadcast: string): Promise<CrashWindow[]>;
  pipeline(): Promise<PipelineHealth[]>;
  close(): Promise<void>;
}
