/** Wall clocks of a zone as a `datetime-local` field writes them: `2023-05-24T18:04:09`. */
import { zoneOffset } from '../../lib/format/clock.ts';

/** Epoch ms; null where the text is no wall clock. Of two instants with the same wall clock the earlier one. */
export function instantOfLocal(text: string, zone: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/.test(text)) return null;
  const wall = Date.parse(`${text}Z`);
  if (Number.isNaN(wall)) return null;
  const candidates = [wall - zoneOffset(wall - 86_400_000, zone), wall - zoneOffset(wall + 86_400_000, zone)];
  const fitting = candidates.filter((at) => at + zoneOffset(at, zone) === wall);
  return fitting.length === 0 ? Math.max(...candidates) : Math.min(...fitting);
}

export function localOfInstant(at: number, zone: string): string {
  return new Date(at + zoneOffset(at, zone)).toISOString().slice(0, 19);
}
