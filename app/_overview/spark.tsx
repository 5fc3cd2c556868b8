import type { RowFacts } from './row-facts.ts';

const WIDTH = 168;
const HEIGHT = 24;

/** Connected over the whole run, with its last crash window; a picture beside numbers that say the same. */
export function Spark({ facts }: { facts: RowFacts }) {
  const { spark, firstAt, lastAt, last, hearing } = facts.row;
  const top = Math.max(1, ...spark);
  const x = (index: number): number => (spark.length < 2 ? 0 : (index / (spark.length - 1)) * WIDTH);
  const y = (value: number): number => HEIGHT - 1 - (value / top) * (HEIGHT - 4);
  const line = spark.map((value, index) => `${index === 0 ? 'M' : 'L'}${x(index).toFixed(1)} ${y(value).toFixed(1)}`);
  const at = (instant: number): number =>
    lastAt <= firstAt ? 0 : Math.min(WIDTH, Math.max(0, ((instant - firstAt) / (lastAt - firstAt)) * WIDTH));
  const from = last === null ? 0 : at(last.onsetAt);
  const to = last === null ? 0 : at(last.endAt ?? last.closedAt ?? lastAt);
  return (
    <svg
      className="spark"
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {last === null ? null : (
        <rect x={from} width={Math.max(2, to - from)} height={HEIGHT} fill="var(--crash-wash-2)" />
      )}
      {spark.length < 2 ? null : (
        <>
          {hearing === null ? null : (
            <path className="m-hearfill" d={`${line.join('')}L${WIDTH} ${HEIGHT - 1}L0 ${HEIGHT - 1}Z`} />
          )}
          <path className="m-conn" style={{ strokeWidth: 1.25 }} d={line.join('')} />
        </>
      )}
    </svg>
  );
}
