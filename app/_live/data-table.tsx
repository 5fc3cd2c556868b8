import { clockText } from '../../lib/format/clock.ts';
import { countText } from '../../lib/format/number.ts';
import type { Point } from '../../lib/series/point.ts';

/** The chart as a table, newest first: the same points the lines are drawn from. */
export function DataTable({ points, zone, zoneLabel }: { points: readonly Point[]; zone: string; zoneLabel: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section className="data" tabIndex={0} aria-label="Chart as a table">
      <table>
        <caption className="sr">Audience by second, newest first, times in {zoneLabel}</caption>
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col" className="num">
              Connected
            </th>
            <th scope="col" className="num">
              Hearing
            </th>
            <th scope="col" className="num">
              Suspect
            </th>
            <th scope="col" className="num">
              Joins
            </th>
            <th scope="col" className="num">
              Dropped
            </th>
            <th scope="col" className="num">
              Left
            </th>
            <th scope="col" className="num">
              Errors
            </th>
            <th scope="col" className="num">
              Comments
            </th>
            <th scope="col" className="num">
              Over
            </th>
            <th scope="col">State</th>
          </tr>
        </thead>
        <tbody>
          {[...points].reverse().map((point) => (
            <tr key={point.second}>
              <td>{clockText(point.second * 1000, zone)}</td>
              <td className="num">{countText(point.connected)}</td>
              <td className="num">{known(point.hearing)}</td>
              <td className="num">{known(point.suspect)}</td>
              <td className="num">{countText(point.joins)}</td>
              <td className="num">{countText(point.dropped)}</td>
              <td className="num">{countText(point.left)}</td>
              <td className="num">{known(point.errors)}</td>
              <td className="num">{known(point.comments)}</td>
              <td className="num muted">{point.seconds} s</td>
              <td>{point.state}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function known(value: number | null): React.ReactNode {
  return value === null ? <span className="muted">not measured</span> : countText(value);
}
