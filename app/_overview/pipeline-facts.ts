/** The pipeline in a few facts: worst lag, slowest watermark, what was left out. */
import { durationText } from '../../lib/format/duration.ts';
import { countText } from '../../lib/format/number.ts';
import type { PipelineHealth } from '../../lib/store/store.ts';

export interface PipelineFacts {
  state: 'none' | 'listening' | 'keeping_up' | 'catching_up' | 'silent' | 'trouble';
  words: string;
  partitions: number;
  worst: { partition: number; lag: number } | null;
  watermarkAt: number | null;
  /** ms since the newest checkpoint; null: none yet */
  checkpointAgeMs: number | null;
  rejected: number;
  /** `clock 9, json 5` */
  reasons: string;
  late: number;
  duplicates: number;
  sources: string[];
  trouble: string | null;
}

/** A checkpoint older than this means that nobody is reading. */
const SILENT_MS = 15_000;
/** More waiting records than this are said as catching up. */
const BEHIND_RECORDS = 50_000;

export function pipelineFacts(pipeline: readonly PipelineHealth[], now: number): PipelineFacts {
  const partitions = pipeline.flatMap((source) => source.partitions);
  const lags = partitions.filter((partition) => partition.lagRecords !== null);
  const worst = lags.reduce<PipelineFacts['worst']>((most, { partition, lagRecords }) => {
    const lag = lagRecords ?? 0;
    return most === null || lag > most.lag ? { partition, lag } : most;
  }, null);
  const watermarks = partitions.flatMap(({ watermarkAt }) =>
    watermarkAt === null || !Number.isFinite(watermarkAt) ? [] : [watermarkAt],
  );
  const reasons = new Map<string, number>();
  for (const source of pipeline) {
    for (const [reason, count] of Object.entries(source.rejected))
      reasons.set(reason, (reasons.get(reason) ?? 0) + count);
  }
  const ordered = [...reasons].filter(([, count]) => count > 0).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  const trouble = pipeline.map((source) => source.trouble).find((sentence) => sentence !== null) ?? null;
  const checkpoints = pipeline.flatMap(({ checkpointAt }) => (checkpointAt === null ? [] : [checkpointAt]));
  const silentFor = checkpoints.length === 0 ? null : Math.max(0, now - Math.max(...checkpoints));
  const lag = worst?.lag ?? 0;
  return {
    ...stateOf(pipeline, trouble, watermarks.length > 0, silentFor, lag),
    partitions: partitions.length,
    worst,
    watermarkAt: watermarks.length === 0 ? null : Math.min(...watermarks),
    checkpointAgeMs: silentFor,
    rejected: ordered.reduce((sum, [, count]) => sum + count, 0),
    reasons: ordered.map(([reason, count]) => `${reason} ${countText(count)}`).join(', '),
    late: pipeline.reduce((sum, source) => sum + source.late, 0),
    duplicates: pipeline.reduce((sum, source) => sum + source.duplicates, 0),
    sources: sourceNames(pipeline),
    trouble,
  };
}

function stateOf(
  sources: readonly PipelineHealth[],
  trouble: string | null,
  seenEvents: boolean,
  silentFor: number | null,
  lag: number,
): Pick<PipelineFacts, 'state' | 'words'> {
  if (trouble !== null) return { state: 'trouble', words: 'In trouble' };
  if (sources.length === 0) return { state: 'none', words: 'Nothing read yet' };
  if (sources.every(isFile)) return { state: 'listening', words: isSilent(silentFor) ? 'Files read' : 'Reading files' };
  if (silentFor !== null && silentFor > SILENT_MS)
    return { state: 'silent', words: `Last wrote ${durationText(silentFor)} ago` };
  if (!seenEvents) return { state: 'listening', words: 'Listening' };
  if (lag > BEHIND_RECORDS) return { state: 'catching_up', words: 'Catching up' };
  return { state: 'keeping_up', words: 'Keeping up' };
}

function isFile(source: PipelineHealth): boolean {
  return source.source.startsWith('file:');
}

function isSilent(silentFor: number | null): boolean {
  return silentFor !== null && silentFor > SILENT_MS;
}

/** Files by their names, without folders; more than two sources as a number. */
function sourceNames(pipeline: readonly PipelineHealth[]): string[] {
  if (pipeline.length > 2) return [`${pipeline.length} sources`];
  return pipeline.map((source) => (isFile(source) ? source.source.replace(/^file:.*[\\/]/, 'file:') : source.source));
}
