'use client';
/** The state of the page in the top bar: said by the server first, then by the live part of the page. */
import { useLayoutEffect, useSyncExternalStore } from 'react';
import type { PageState } from '../../lib/series/page-state.ts';
import { ClockShape, Dot, Ring, StateShape } from './marks.tsx';

let current: PageState | null = null;
const readers = new Set<() => void>();

/** For the live part of a page: the bar says in the same frame what the figures below it show. */
export function useTellPageState(state: PageState): void {
  useLayoutEffect(() => tellPageState(state));
  useLayoutEffect(() => () => tellPageState(null), []);
}

/** Null when the live part goes. */
function tellPageState(state: PageState | null): void {
  if (state?.kind === current?.kind && state?.words === current?.words) return;
  current = state;
  for (const reader of readers) reader();
}

export function PageMark({ initial }: { initial: PageState | null }) {
  const told = useSyncExternalStore(subscribe, read, readNothing);
  const state = told ?? initial;
  if (state === null) return null;
  return (
    <span className={isOld(state) ? 'conn old' : 'conn'}>
      <Shape kind={state.kind} />
      <span className="cut">{state.words}</span>
    </span>
  );
}

function Shape({ kind }: { kind: PageState['kind'] }) {
  if (kind === 'live' || kind === 'replaying') return <Dot />;
  if (kind === 'ended') return <StateShape state="ended" />;
  if (kind === 'disconnected' || kind === 'stale') return <ClockShape />;
  return <Ring dashed={kind !== 'waiting'} />;
}

function isOld(state: PageState): boolean {
  return state.kind === 'disconnected' || state.kind === 'stale';
}

function subscribe(reader: () => void): () => void {
  readers.add(reader);
  return () => readers.delete(reader);
}

function read(): PageState | null {
  return current;
}

function readNothing(): PageState | null {
  return null;
}
