'use client';
/** Every second around the playhead, fetched in pieces; what is known now, and what was shown then. */
import { useEffect, useRef, useState } from 'react';
import { fromWire, type Point, type WirePoint } from '../../lib/series/point.ts';
import { broadcastPath } from '../_ui/broadcast-path.ts';
import { CHUNK_SECONDS, chunkOf, exactly, type ShownPoint, wanted } from './chunks.ts';

interface Pieces {
  rev: number;
  now: Map<number, Point[]>;
  shown: Map<number, ShownPoint[]>;
}

export interface Seconds {
  /** of exactly this second, epoch s; null while it is being read, or where nothing is known of it */
  at: (second: number) => Point | null;
  shown: (second: number) => ShownPoint | null;
  /** the piece with this second is here */
  has: (second: number) => boolean;
  /** a sentence where the server does not answer */
  trouble: string | null;
}

interface Asked {
  broadcast: string;
  /** what was fetched of another revision is forgotten */
  rev: number;
  start: { from: number; points: WirePoint[] };
  /** the playhead and the last second, epoch s */
  second: number;
  last: number;
  wantThen: boolean;
}

export function useSeconds({ broadcast, rev, start, second, last, wantThen }: Asked): Seconds {
  const [pieces, setPieces] = useState<Pieces>(() => ({ rev, now: new Map(), shown: new Map() }));
  if (pieces.rev !== rev) setPieces({ rev, now: new Map(), shown: new Map() });
  const [, arrived] = useState(0);
  const [trouble, setTrouble] = useState<string | null>(null);
  const asked = useRef(new Set<string>());
  if (!pieces.now.has(start.from)) {
    pieces.now.set(start.from, pointsOf(start.points));
  }
  const piece = chunkOf(second);
  useEffect(() => {
    const fetchPiece = async (from: number, known: 'now' | 'then'): Promise<void> => {
      const key = `${pieces.rev} ${known} ${from}`;
      if (asked.current.has(key)) return;
      asked.current.add(key);
      const query = new URLSearchParams({ from: String(from), to: String(from + CHUNK_SECONDS), known });
      try {
        const answer = await fetch(`${broadcastPath(broadcast, 'replay')}/points?${query}`);
        if (!answer.ok) throw new Error(`The server answered ${answer.status}`);
        const body: { points?: WirePoint[]; shown?: ShownPoint[] } = await answer.json();
        if (known === 'now') pieces.now.set(from, pointsOf(body.points ?? []));
        else pieces.shown.set(from, body.shown ?? []);
        setTrouble(null);
      } catch {
        asked.current.delete(key);
        setTrouble('The server does not answer: these seconds cannot be read. Move the playhead to try again.');
      }
      arrived((count) => count + 1);
    };
    for (const from of wanted((chunk) => pieces.now.has(chunk), piece, last)) void fetchPiece(from, 'now');
    if (!wantThen) return;
    for (const from of wanted((chunk) => pieces.shown.has(chunk), piece, last)) void fetchPiece(from, 'then');
  }, [pieces, broadcast, piece, last, wantThen]);
  return {
    at: (of) => exactly(pieces.now.get(chunkOf(of)) ?? [], of),
    shown: (of) => exactly(pieces.shown.get(chunkOf(of)) ?? [], of),
    has: (of) => pieces.now.has(chunkOf(of)),
    trouble,
  };
}

function pointsOf(wire: readonly WirePoint[]): Point[] {
  return wire.flatMap((one) => fromWire(one) ?? []);
}
