/** Crash windows as CSV: a column a field, what has fields of its own as JSON. */
import { csvLine } from '../../../../../lib/export/csv.ts';
import type { CrashWindow } from '../../../../../lib/numbers/report.ts';

const COLUMNS = [
  'id',
  'type',
  'platformWide',
  'source',
  'onsetAt',
  'detectedAt',
  'serviceEndAt',
  'closedAt',
  'recoveredAt',
  'connectedBefore',
  'connectedLowest',
  'depth',
  'dropped',
  'blocked',
  'lostListenerMinutes',
  'returnRate',
  'medianReturnSeconds',
  'causes',
  'carryOver',
  'state',
  'rev',
] as const satisfies readonly (keyof CrashWindow)[];

export function crashesCsv(windows: readonly CrashWindow[]): string {
  const line = (window: CrashWindow): string =>
    csvLine(
      COLUMNS.map((name) => {
        const value = window[name];
        return value !== null && typeof value === 'object' ? JSON.stringify(value) : value;
      }),
    );
  return csvLine(COLUMNS) + windows.map(line).join('');
}
