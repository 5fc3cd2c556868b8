/** The rows of the overview, and the health of the pipeline above them. */
import 'server-only';
import type { CrashWindow } from '../../lib/numbers/report.ts';
import type { Known } from '../../lib/numbers/second.ts';
import type { Dated } from '../../lib/series/freshness.ts';
import { alarms, isAlarm, isOpen } from '../../lib/series/span.ts';
import type { BroadcastSummary, PipelineHealth, ReadStore } from '../../lib/store/store.ts';

/** What is said of a window in a row: numbers, no text. */
export interface WindowBrief {
  onsetAt: number;
  endAt: number | null;
  closedAt: number | null;
  recoveredAt: number | null;
  connectedBefore: number;
  dropped: number | null;
  cause: { attribute: string; value: string; riskRatio: number } | null;
}

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
  const rows = await Promise.all(
    summaries.map(async (summary) =>
      rowOf(summary, summary.windows > 0 || summary.windowOpen ? await store.windows(summary.broadcast) : []),
    ),
  );
  return { now: Date.now(), rows, pipeline };
}

function rowOf(summary: BroadcastSummary, windows: CrashWindow[]): OverviewRow {
  const list = alarms(windows);
  const openWindow = windows.find((window) => isAlarm(window) && isOpen(window));
  const last = list[list.length - 1];
  const { watermark, longestTimeout: _, windowOpen: __, ...rest } = summary;
  return {
    ...rest,
    // only windows in which people were cut off; the end of a show is none of them
    windows: list.length,
    watermark: Number.isFinite(watermark) ? watermark : null,
    open: openWindow === undefined ? null : brief(openWindow),
    last: last === undefined ? null : brief(last),
  };
}

function brief(window: CrashWindow): WindowBrief {
  const likely = window.causes.find((cause) => cause.likely);
  return {
    onsetAt: window.onsetAt,
    endAt: window.serviceEndAt,
    closedAt: window.closedAt,
    recoveredAt: window.recoveredAt,
    connectedBefore: window.connectedBefore,
    dropped: window.dropped,
    cause:
      likely === undefined ? null : { attribute: likely.attribute, value: likely.value, riskRatio: likely.riskRatio },
  };
}
