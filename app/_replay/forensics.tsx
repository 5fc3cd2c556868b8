/** Who came back, where people went, and why: three drawings of one window, made on the server. */
import type { WindowDetail } from '../../lib/forensics/detail.ts';
import { durationText } from '../../lib/format/duration.ts';
import { axisCountText, countText, shareText } from '../../lib/format/number.ts';
import type { Cause, CrashWindow } from '../../lib/numbers/report.ts';
import { Definition } from '../_ui/definition.tsx';
import { flowPicture, flowSentence } from './flow-picture.ts';
import { type ForestPicture, forestPicture, LIKELY_FROM } from './forest-picture.ts';
import { returnPicture } from './return-picture.ts';

const FOREST_ROWS = 6;

export function Forensics({ window, detail }: { window: CrashWindow; detail: WindowDetail }) {
  return (
    <div className="tri">
      <Returns window={window} detail={detail} />
      <Flow detail={detail} />
      <Why causes={window.causes} detail={detail} />
    </div>
  );
}

function Returns({ window, detail }: { window: CrashWindow; detail: WindowDetail }) {
  const picture = returnPicture(detail.returns, window);
  const end = window.returnRate.end;
  return (
    <section aria-label="Who came back, and when">
      <h2>
        <Definition term="return">Who came back, and when</Definition>{' '}
        <span className="muted">of {countText(window.dropped ?? 0)} dropped</span>
      </h2>
      {picture === null || end === null ? (
        <p className="sub">Nobody was dropped.</p>
      ) : (
        <svg
          className="fit"
          viewBox={`0 0 ${picture.width} ${picture.height}`}
          role="img"
          aria-label={`Share of the dropped who were back, by minutes after being dropped: ${shareText(end)} in the end`}
        >
          {picture.shares.map(({ y, text }, index) => (
            <g key={text}>
              <path className={index === 0 ? 'm-base' : 'm-grid'} d={`M${picture.left} ${y}H${picture.width}`} />
              <text x={picture.left - 7} y={y + 4} textAnchor="end">
                {text}
              </text>
            </g>
          ))}
          {picture.minutes.map(({ x, text }) => (
            <text key={text} x={x} y={picture.base + 16} textAnchor="middle">
              {text}
            </text>
          ))}
          <text x={picture.width} y={picture.base + 31} textAnchor="end">
            minutes after being dropped
          </text>
          <path className="m-conn" d={picture.line} />
          {picture.marks.map((mark) => (
            <g key={mark.text}>
              <circle cx={mark.x} cy={mark.y} r="3" fill="var(--bg)" stroke="var(--ink)" strokeWidth="1.5" />
              <text
                className={mark.strong ? 't-ink t-b t-halo' : 't-halo'}
                x={mark.labelX}
                y={mark.labelY}
                textAnchor={mark.anchor}
              >
                {mark.text}
              </text>
            </g>
          ))}
        </svg>
      )}
      <p className="sub">
        First sign of life in any room; new arrivals are not returns. Half back:{' '}
        {window.medianReturnSeconds === null
          ? 'not reached'
          : `after ${durationText(window.medianReturnSeconds * 1000)}`}
        .
      </p>
    </section>
  );
}

function Flow({ detail }: { detail: WindowDetail }) {
  const picture = flowPicture(detail.dropped);
  return (
    <section aria-label="Where they went">
      <h2>
        Where they went <span className="muted">the dropped, next seen</span>
      </h2>
      {picture === null ? null : (
        <svg
          className="fit"
          viewBox={`0 0 ${picture.width} ${picture.height}`}
          role="img"
          aria-label={flowSentence(detail)}
        >
          {picture.ends.map((end) => (
            <path
              key={end.name}
              d={end.ribbon}
              fill="var(--crash)"
              opacity={end.name === 'No further sign of life' ? 0.3 : 0.16}
            />
          ))}
          <rect x={picture.left} y={picture.bar.top} width="6" height={picture.bar.height} fill="var(--crash)" />
          <text className="t-ink2" x={picture.left - 8} y={picture.height / 2 - 3} textAnchor="end">
            Dropped
          </text>
          <text className="t-ink t-b" x={picture.left - 8} y={picture.height / 2 + 11} textAnchor="end">
            {countText(picture.total)}
          </text>
          {picture.ends.map((end) => (
            <g key={end.name}>
              <rect x={picture.right} y={end.top} width="6" height={end.height} fill="var(--ink-2)" />
              <text className="t-ink2" x={picture.right + 14} y={end.labelY}>
                {end.name}
              </text>
              <text className="t-ink t-b" x={picture.right + 14} y={end.labelY + 14}>
                {countText(end.listeners)}
                <tspan fill="var(--ink-3)" fontWeight="400">{`  ${shareText(end.share)}`}</tspan>
              </text>
            </g>
          ))}
        </svg>
      )}
      <p className="sub">{picture === null ? 'Nobody was dropped.' : flowSentence(detail)}</p>
    </section>
  );
}

function Why({ causes, detail }: { causes: readonly Cause[]; detail: WindowDetail }) {
  const picture = forestPicture(causes, Number.POSITIVE_INFINITY);
  const [first, rest] = [picture.rows.slice(0, FOREST_ROWS), picture.rows.slice(FOREST_ROWS)];
  return (
    <section aria-label="Why">
      <h2>
        <Definition term="risk">Why</Definition>{' '}
        <span className="muted">risk of being dropped, against everyone else</span>
      </h2>
      {causes.length === 0 ? (
        <p className="sub">No value of any attribute stands out: too few were dropped, or joins carry no attributes.</p>
      ) : (
        <>
          <ForestTable picture={picture} rows={first} head />
          {rest.length === 0 ? null : (
            <details>
              <summary>{rest.length} more values</summary>
              <ForestTable picture={picture} rows={rest} />
            </details>
          )}
        </>
      )}
      <p className="sub">
        Likely cause from a lower bound of {LIKELY_FROM} (dashed). {codesText(detail)}
      </p>
    </section>
  );
}

function ForestTable({ picture, rows, head }: { picture: ForestPicture; rows: ForestPicture['rows']; head?: boolean }) {
  return (
    <table>
      <thead className={head ? undefined : 'sr'}>
        <tr>
          <th scope="col">Value</th>
          <th scope="col" className="num">
            Dropped of present
          </th>
          <th scope="col" className="num">
            Ratio, 95 %
          </th>
          <td className="plot" aria-hidden="true" />
        </tr>
      </thead>
      <tbody>
        {rows.map(({ cause, x, from, to }) => (
          <tr key={`${cause.attribute} ${cause.value}`} className={cause.likely ? 'strong' : undefined}>
            <th scope="row" className="mono">
              {cause.attribute}={cause.value}
            </th>
            <td className="num nw">
              {cause.present === 0 ? 'none' : shareText(cause.dropped / cause.present, { tight: true })}{' '}
              <span className="muted">of {axisCountText(cause.present)}</span>
            </td>
            <td className="num nw">
              {cause.riskRatio.toFixed(2)}{' '}
              <span className="muted">
                {cause.lower.toFixed(2)} to {cause.upper.toFixed(2)}
              </span>
            </td>
            <td className="plot">
              <svg width={picture.width} height="16" aria-hidden="true">
                <path d={`M${picture.one} 0V16`} stroke="var(--line-strong)" />
                <path d={`M${picture.likely} 0V16`} stroke="var(--crash)" strokeDasharray="2 2" />
                <path d={`M${from} 8H${to}`} stroke="var(--ink)" strokeWidth="1.5" />
                <rect x={x - 3} y="5" width="6" height="6" fill={cause.likely ? 'var(--crash)' : 'var(--ink)'} />
              </svg>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** `Errors in the window, and in the ten minutes before: capacity 10,986 (1,363), …` */
function codesText({ codes }: WindowDetail): string {
  if (codes.length === 0) return 'No error came.';
  const list = codes
    .slice(0, 4)
    .map(({ code, during, before }) => `${code} ${countText(during)} (${countText(before)})`);
  const more = codes.length - list.length;
  return `Errors in the window (and in the ten minutes before): ${list.join(', ')}${more > 0 ? ` and ${more} more codes` : ''}.`;
}
