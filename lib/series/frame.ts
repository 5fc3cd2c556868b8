/** What the live stream says, and how both ends read it. Positions let a client go on where it stopped. */
import type { LiveView } from './live-view.ts';
import type { WirePoint } from './point.ts';

export interface LiveFrame {
  /** server's wall clock, epoch ms: ages are counted from it, never from the browser's clock */
  now: number;
  /** the points are all there is: forget the ones before */
  reset: boolean;
  /** the parts of the view that changed; all of it where `reset` */
  view: Partial<LiveView>;
  /** ascending */
  points: WirePoint[];
}

/** Where a client stands: it has everything up to `final` for good and has seen rows up to `live`, of revision `rev`. */
export interface Position {
  live: number;
  final: number;
  rev: number;
}

export function positionText(position: Position): string {
  return `${position.live}.${position.final}.${position.rev}`;
}

/** Null where the text is no position: the client starts anew. */
export function parsePosition(text: string | null): Position | null {
  const parts = /^(\d{1,12})\.(\d{1,12})\.(\d{1,9})$/.exec(text ?? '');
  if (parts === null) return null;
  return { live: Number(parts[1]), final: Number(parts[2]), rev: Number(parts[3]) };
}

/** The keys of `after` whose value differs from that in `before`. */
export function changedParts<Value extends object>(before: Value, after: Value): Partial<Value> {
  const changed: Partial<Value> = {};
  for (const key of Object.keys(after) as (keyof Value)[]) {
    if (JSON.stringify(before[key]) !== JSON.stringify(after[key])) changed[key] = after[key];
  }
  return changed;
}
