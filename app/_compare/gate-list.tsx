/** What may not share the axis, why, and by which kind it would. */
import Link from 'next/link';
import { KIND_WORDS, type Kind } from '../../lib/compare/kind.ts';
import type { LeftOut } from '../_data/compare.ts';
import { type CompareChoice, printCompare } from './compare-url.ts';

const SHOWN_AT_ONCE = 4;

export function GateList(props: {
  choice: CompareChoice;
  kinds: readonly Kind[];
  leftOut: readonly LeftOut[];
  unaligned: readonly { name: string; reason: string }[];
}) {
  const { choice, kinds, leftOut, unaligned } = props;
  const more = leftOut.slice(SHOWN_AT_ONCE);
  return (
    <section className="gate" id="left-out" aria-label="Not comparable">
      <h2>
        Not comparable <span className="muted">other kinds of number</span>
      </h2>
      {leftOut.length + unaligned.length === 0 ? <p className="sub">Nothing is left out.</p> : null}
      <ul>
        {unaligned.map(({ name, reason }) => (
          <li key={name}>
            <b>
              {name} <span className="chip fill">not aligned</span>
            </b>
            {reason}.
          </li>
        ))}
        {leftOut.slice(0, SHOWN_AT_ONCE).map((stream) => (
          <Left key={stream.id} stream={stream} choice={choice} kinds={kinds} />
        ))}
      </ul>
      {more.length === 0 ? null : (
        <details>
          <summary>{more.length} more</summary>
          <ul>
            {more.map((stream) => (
              <Left key={stream.id} stream={stream} choice={choice} kinds={kinds} />
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

function Left({ stream, choice, kinds }: { stream: LeftOut; choice: CompareChoice; kinds: readonly Kind[] }) {
  return (
    <li>
      <b>
        <span>
          {stream.name}
          {stream.date === null ? '' : `, ${stream.date}`}
        </span>
        {stream.offered === null ? null : <span className="chip dash">{KIND_WORDS[stream.offered].name}</span>}
      </b>
      {stream.reason}.{' '}
      {stream.instead !== null && kinds.includes(stream.instead) ? (
        <Link href={`/compare?${printCompare({ ...choice, kind: stream.instead, shown: null })}`} prefetch={false}>
          By {KIND_WORDS[stream.instead].name}
        </Link>
      ) : null}
    </li>
  );
}
