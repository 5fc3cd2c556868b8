import { clockText } from '../../lib/format/clock.ts';
import type { PageState } from '../../lib/series/page-state.ts';
import { Key } from '../_ui/key.tsx';
import { ClockShape, Ring } from '../_ui/marks.tsx';

/** Says that the figures are old, since when, and what to do; nothing while they are new. */
export function PageBar(props: { state: PageState; asOf: number; zone: string; reconnect: () => void }) {
  const { state, asOf, zone, reconnect } = props;
  if (state.kind === 'reconnecting' || state.kind === 'catching_up') {
    return (
      <div className="pagebar wait">
        <Ring dashed />
        <span>{state.words}</span>
      </div>
    );
  }
  if (state.kind !== 'disconnected' && state.kind !== 'stale') return null;
  return (
    <div className="pagebar old">
      <ClockShape />
      <span>
        <b>{state.words}.</b> {state.kind === 'stale' ? 'Nothing new is counted. ' : ''}Everything below is as of{' '}
        {clockText(asOf, zone)}.
      </span>
      {state.kind === 'disconnected' ? (
        <button type="button" className="btn" onClick={reconnect}>
          Reconnect <Key>R</Key>
        </button>
      ) : null}
    </div>
  );
}
