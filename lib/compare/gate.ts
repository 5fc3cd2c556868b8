/** Like for like: why two numbers may share an axis, or may not (SEMANTICS 9). */
import { KIND_WORDS, type Kind } from './kind.ts';
import type { OtherStream, StreamFigure } from './other-stream.ts';

export type Gate =
  | { open: true; figure: StreamFigure }
  | {
      open: false;
      /** the figure that was offered and is of another kind; null where there is none at all */
      figure: StreamFigure | null;
      /** one sentence */
      reason: string;
      /** the kind by which the two would compare, if any */
      instead: Kind | null;
    };

/** May `other` be drawn where numbers of `kind` are? `own` has the kinds that the broadcast itself can be compared by. */
export function gateFor(kind: Kind, other: OtherStream, own: ReadonlySet<Kind>): Gate {
  if (kind === 'unstated') {
    return closed(null, 'Nobody said how this number was counted, so nothing can be held against it', null);
  }
  const same = other.figures.find((figure) => figure.kind === kind);
  if (same !== undefined) return { open: true, figure: same };
  const shared = other.figures.find((figure) => own.has(figure.kind));
  const offered = shared ?? other.figures[0] ?? null;
  if (offered === null) {
    return closed(null, `${other.name} has no published or measured ${KIND_WORDS[kind].name}`, null);
  }
  const words = KIND_WORDS[offered.kind];
  const why = `“${sentence(words.name)}” ${words.unlike}`;
  if (shared === undefined) return closed(offered, why, null);
  return closed(offered, `${why}. Compare by ${words.name} instead`, shared.kind);
}

/** Both at once: the first kind in `order` that every stream has, or null. */
export function sharedKind(order: readonly Kind[], streams: readonly OtherStream[]): Kind | null {
  const all = (kind: Kind): boolean => streams.every(({ figures }) => figures.some((figure) => figure.kind === kind));
  return order.find((kind) => kind !== 'unstated' && all(kind)) ?? null;
}

function closed(figure: StreamFigure | null, reason: string, instead: Kind | null): Gate {
  return { open: false, figure, reason, instead };
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
