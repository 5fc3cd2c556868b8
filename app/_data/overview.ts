/** The rows of the overview, and the health of the pipeline above them. */
import 'server-only';
import type { Known } from '../../lib/numbers/second.ts';
import type { Dated } from '../../lib/series/freshness.ts';
import type { WindowBrief } from '../../lib/series/window-brief.ts';
import type { BroadcastSummary, PipelineHealth, ReadStore } from '../../lib/store/store.ts';

export interface OverviewRow extends Dated {
  broadcast: string;
  title: string | null;
  demo: boolean;
  kind: 'events' | 'curve';
  known: Known;
  firstAt: number;
  rev: number;
  connected: number;
  hearing: number | null;
  peak: number;
  change5m: number | null;
  windows: number;
  open: WindowBrief | null;
  last: WindowBrief | null;
  spark: number[];
}

export interface Overview {
  /** server's wall clock, epoch ms */
  now: number;
  rows: OverviewRow[];
  pipeline: PipelineHealth[];
}

export async function overview(store: ReadStore): Promise<Overview> {
  const [summaries, pipeline] = await Promise.all([store.broadcasts(), store.pipeline()]);
  const rows = summaries.map(rowOf);
  return { now: Date.now(), rows, pipeline };
}

function rowOf(summary: BroadcastSummary): OverviewRow {
  const { watermark, longestTimeout: _, windowOpen: __, kept: ___, alarms, ...rest } = summary;
  return {
    ...rest,
    // only windows in which people were cut off; the end of a show is none of them
    windows: alarms.count,
    watermark: Number.isFinite(watermark) ? watermark : null,
    open: alarms.open,
    last: alarms.last,
  };
}
