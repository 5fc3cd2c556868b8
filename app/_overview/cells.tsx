/** How each cell of the overview reads. */
import Link from 'next/link';
import { clockText, instantMinuteText } from '../../lib/format/clock.ts';
import { durationText } from '../../lib/format/duration.ts';
import { changeText, countText } from '../../lib/format/number.ts';
import { instantOf } from '../../lib/series/freshness.ts';
import { broadcastPath } from '../_ui/broadcast-path.ts';
import { DemoChip, StateBadge } from '../_ui/state-badge.tsx';
import { diagnosis } from './diagnosis.ts';
import type { RowFacts } from './row-facts.ts';
import { Spark } from './spark.tsx';
import type { ColumnId } from './table-model.ts';

export interface CellView {
  zone: string;
  now: number;
  picked: boolean;
}

export function Cell({ id, facts, view }: { id: ColumnId; facts: RowFacts; view: CellView }) {
  const { row, state } = facts;
  switch (id) {
    case 'state':
      return <StateBadge state={state} />;
    case 'name':
      return <Name facts={facts} view={view} />;
    case 'connected':
      return state === 'no_data' ? (
        <span className="muted nw none">
          last {countText(row.connected)} at {clockText(row.liveSecond * 1000, view.zone)}
        </span>
      ) : (
        countText(row.connected)
      );
    case 'spark':
      return <Spark facts={facts} />;
    case 'hearing':
      if (row.hearing === null) return <span className="muted">not measured</span>;
      if (state === 'no_data') return <span className="muted">unknown</span>;
      return <span className="hear">{countText(row.hearing)}</span>;
    case 'peak':
      return countText(row.peak);
    case 'peakAt':
      return row.peakSecond === null ? (
        <span className="muted">unknown</span>
      ) : (
        <span className="muted">{clockText(row.peakSecond * 1000, view.zone)}</span>
      );
    case 'peakHearing':
      return row.peakHearing === null ? <span className="muted">not measured</span> : countText(row.peakHearing);
    case 'ama':
      return row.averageMinuteAudience === null ? (
        <span className="muted">unknown</span>
      ) : (
        countText(Math.round(row.averageMinuteAudience))
      );
    case 'change':
      if (facts.change === null || state === 'no_data') return <span className="muted">unknown</span>;
      if (state === 'crashing') return <b className="crash">{changeText(facts.change)}</b>;
      return changeText(facts.change);
    case 'windows':
      return <Windows facts={facts} view={view} />;
    case 'age':
      return <Age facts={facts} />;
    case 'ended':
      return instantMinuteText(row.lastAt, view.zone, view.now);
    case 'ran':
      return durationText(row.lastAt - row.firstAt);
  }
}

function Name({ facts, view }: { facts: RowFacts; view: CellView }) {
  const { row, name } = facts;
  return (
    <>
      {view.picked ? <span className="chip on picked">picked</span> : null}
      <Link href={broadcastPath(row.broadcast)} className="name" prefetch={false}>
        {name}
      </Link>
      {row.title === null ? null : <span className="mono id">{row.broadcast}</span>}
      {row.kind === 'curve' ? <span className="chip dash">from a curve</span> : null}
      {row.demo ? <DemoChip /> : null}
      {row.open === null || facts.state !== 'crashing' ? null : (
        <div className="line2">{diagnosis(row.open, row.connected)}</div>
      )}
    </>
  );
}

function Windows({ facts, view }: { facts: RowFacts; view: CellView }) {
  const { windows, open, last } = facts.row;
  if (open !== null && facts.state === 'crashing') {
    return (
      <>
        <b className="crash">1 open</b> {durationText(Math.max(0, instantOf(facts.row, view.now) - open.onsetAt))}
      </>
    );
  }
  if (windows === 0 || last === null) return <span className="muted">{windows}</span>;
  const end = last.endAt ?? last.closedAt;
  return (
    <>
      <b className="strong">{windows}</b>
      {facts.state !== 'ended' && last.recoveredAt !== null
        ? `, recovered ${clockText(last.recoveredAt, view.zone)}`
        : end === null
          ? ''
          : `, ${durationText(end - last.onsetAt)}`}
    </>
  );
}

function Age({ facts }: { facts: RowFacts }) {
  if (facts.state === 'ended') {
    const { rev } = facts.row;
    return <span className="muted">{rev > 1 ? `final, r${rev}` : 'final'}</span>;
  }
  if (facts.ageMs === null) return <span className="muted">recording</span>;
  if (facts.state === 'no_data') return <b className="stale">{durationText(facts.ageMs)}</b>;
  return durationText(facts.ageMs);
}
