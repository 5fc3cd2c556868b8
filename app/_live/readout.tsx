import { clockText } from '../../lib/format/clock.ts';
import { countText, rateText } from '../../lib/format/number.ts';
import type { Point } from '../../lib/series/point.ts';

/** What the rule on the chart stands on: the second, its values and their state. */
export function Readout({ point, left, width, zone }: { point: Point; left: number; width: number; zone: string }) {
  const flip = left > width - 220;
  return (
    <div className="float readout" style={flip ? { right: width - left + 12 } : { left: left + 12 }}>
      <h3>
        {clockText(point.second * 1000, zone)} <span className="muted">{point.state}</span>
      </h3>
      <dl>
        <Pair name="Connected" value={countText(point.connected)} />
        <Pair name="Hearing" value={known(point.hearing)} />
        {point.suspect === null || point.suspect === 0 ? null : (
          <Pair name="Suspect" value={countText(point.suspect)} />
        )}
        <Pair name="Joins" value={perSecond(point.joins, point.seconds)} />
        <Pair name="Dropped" value={perSecond(point.dropped, point.seconds)} />
        <Pair name="Left" value={perSecond(point.left, point.seconds)} />
        <Pair name="Errors" value={point.errors === null ? 'not measured' : perSecond(point.errors, point.seconds)} />
        {point.comments === null ? null : <Pair name="Comments" value={perSecond(point.comments, point.seconds)} />}
      </dl>
    </div>
  );
}

function Pair({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function known(value: number | null): string {
  return value === null ? 'not measured' : countText(value);
}

function perSecond(count: number, seconds: number): string {
  return `${rateText(count / seconds)}/s`;
}
