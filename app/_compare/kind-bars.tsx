/** Numbers of a kind that has no curve: one bar a stream, from 0, on the same scale. */
import { countText } from '../../lib/format/number.ts';
import type { ComparedStream } from '../_data/compare.ts';
import { LookSwatch } from './look.tsx';

export function KindBars({ streams }: { streams: readonly ComparedStream[] }) {
  const shown = streams.filter(({ on }) => on);
  const most = Math.max(1, ...shown.map(({ figure }) => figure.value));
  return (
    <ul className="bars">
      {shown.map((stream) => (
        <li key={stream.id} className={stream.look === 0 ? 'me' : undefined}>
          <span className="who">
            <LookSwatch look={stream.look} measured={stream.measured} />
            <span className="cut">{stream.name}</span>
          </span>
          <span className="track" aria-hidden="true">
            <i
              className={stream.measured ? undefined : 'said'}
              style={{ width: `${((stream.figure.value / most) * 100).toFixed(2)}%` }}
            />
          </span>
          <span className="num">
            {stream.figure.qualifier === '' ? '' : `${stream.figure.qualifier} `}
            {countText(stream.figure.value)}
          </span>
        </li>
      ))}
    </ul>
  );
}
