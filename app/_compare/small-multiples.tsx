/** Each audience for itself, as a share of its own peak; the same axes for all. */
import { changeText } from '../../lib/format/number.ts';
import type { SmallMultiple } from '../_data/compare.ts';
import { type CompareLine, extentOf, linePath } from './lines.ts';
import { lookOf } from './look.tsx';

const WIDTH = 242;
const HEIGHT = 74;

/** Half an hour before and after the peak. */
export function AroundPeak({ list }: { list: readonly SmallMultiple[] }) {
  const half = 1_800_000;
  return (
    <div className="sm">
      {list.map(({ line, change }) => (
        <figure key={line.id} aria-label={`${line.name}: ${changeWords(change)} half an hour after its peak`}>
          <figcaption>
            <b>{line.name}</b>
            <span className="muted">{changeWords(change)}</span>
          </figcaption>
          <Small line={line} from={-half} to={half} ceiling={1.05} peakRule />
        </figure>
      ))}
    </div>
  );
}

/** The lines of the chart, one picture each, on the same axes. */
export function EachAlone({ lines, ceiling }: { lines: readonly CompareLine[]; ceiling: number }) {
  const { from, to } = extentOf(lines);
  return (
    <div className="sm wide">
      {lines.map((line) => (
        <figure key={line.id} aria-label={line.name}>
          <figcaption>
            <b>{line.name}</b>
          </figcaption>
          <Small line={line} from={from} to={to} ceiling={ceiling} />
        </figure>
      ))}
    </div>
  );
}

function Small(props: { line: CompareLine; from: number; to: number; ceiling: number; peakRule?: boolean }) {
  const { line, from, to, ceiling, peakRule } = props;
  const x = (offset: number): number => ((offset - from) / (to - from)) * WIDTH;
  const y = (value: number): number => HEIGHT - (value / ceiling) * (HEIGHT - 4);
  const { stroke, dash, width } = lookOf(line.look);
  return (
    <svg className="fit" viewBox={`0 0 ${WIDTH} ${HEIGHT + 2}`} aria-hidden="true">
      {peakRule ? <path className="m-grid" d={`M0 ${y(1)}H${WIDTH}`} /> : null}
      {line.spans
        .filter((span) => span.to >= from && span.from <= to)
        .map((span) => (
          <rect
            key={span.from}
            className="m-crash"
            x={x(Math.max(from, span.from))}
            y={0}
            width={Math.max(2, x(Math.min(to, span.to)) - x(Math.max(from, span.from)))}
            height={HEIGHT}
          />
        ))}
      {peakRule ? <path className="m-base" strokeDasharray="2 2" d={`M${x(0)} 0V${HEIGHT}`} /> : null}
      <path
        d={linePath(line, x, y)}
        fill="none"
        stroke={stroke}
        strokeWidth={width}
        strokeDasharray={dash}
        strokeLinejoin="round"
      />
      <path className="m-base" d={`M0 ${HEIGHT}H${WIDTH}`} />
    </svg>
  );
}

function changeWords(change: number | null): string {
  return change === null ? 'not half an hour yet' : changeText(change, { decimals: 0 });
}
