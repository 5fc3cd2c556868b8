import { clockText, instantText } from '../../lib/format/clock.ts';
import { durationText } from '../../lib/format/duration.ts';
import { countText, shareText } from '../../lib/format/number.ts';
import type { LiveView } from '../../lib/series/live-view.ts';
import type { PageState } from '../../lib/series/page-state.ts';
import { isOpen, isTelemetryGap } from '../../lib/series/span.ts';
import { Definition } from '../_ui/definition.tsx';
import { ClockShape, ConnectedSwatch, HearingSwatch } from '../_ui/marks.tsx';

interface Props {
  view: LiveView;
  state: PageState;
  zone: string;
  now: number;
}

/** Connected and hearing as the two figures of the page, each with its instant, age and state. */
export function Figures(props: Props) {
  return props.state.kind === 'ended' ? <PeakFigures {...props} /> : <NowFigures {...props} />;
}

/** What stays of a broadcast that is over: its peaks. */
function PeakFigures({ view, zone, now }: Props) {
  const { peak, peakHearing } = view;
  return (
    <>
      <div className="figure">
        <div className="lab">
          <ConnectedSwatch />
          <Definition term="peak">Peak connected</Definition>
          <span className="chip fill">{view.rev > 1 ? `final, r${view.rev}` : 'final'}</span>
        </div>
        <div className={peak === null ? 'hero none' : 'hero'}>{peak === null ? 'no data' : countText(peak.value)}</div>
        <div className="sub nw">
          {peak === null ? 'nobody joined' : `${instantText(peak.second * 1000, zone, now)}, revision ${view.rev}`}
        </div>
      </div>
      <div className="figure second">
        <div className="lab">
          <HearingSwatch />
          <Definition term="hearing">Peak hearing</Definition>
        </div>
        <div className={peakHearing === null ? 'hero none' : 'hero hear'}>
          {peakHearing === null ? 'not measured' : countText(peakHearing.value)}
        </div>
        <div className="sub nw">
          {peakHearing === null ? <NoPlaying /> : instantText(peakHearing.second * 1000, zone, now)}
        </div>
      </div>
    </>
  );
}

function NoPlaying() {
  return (
    <>
      no <code>playing</code> events
    </>
  );
}

function NowFigures({ view, state, zone, now }: Props) {
  const { headline } = view;
  const old = state.oldForMs;
  const silent = view.windows.find((window) => isTelemetryGap(window) && isOpen(window)) ?? null;
  const at = headline === null ? null : headline.second * 1000;
  return (
    <>
      <div className="figure">
        <div className="lab">
          <ConnectedSwatch />
          <Definition term="connected">Connected</Definition>
          {headline === null ? null : <StateChip value={headline.state} old={old} />}
          {silent === null ? null : <span className="chip dash">partly known</span>}
          {at === null || old !== null ? null : (
            <span className="muted at">
              {clockText(at, zone)}
              {state.kind === 'live' ? `, ${durationText(now - at)} ago` : ''}
            </span>
          )}
        </div>
        {headline === null ? (
          <div className="hero none">no data yet</div>
        ) : (
          <div className={old !== null ? 'hero old' : silent === null ? 'hero' : 'hero least'}>
            {silent === null || old !== null ? '' : 'at least '}
            {countText(headline.connected)}
          </div>
        )}
        <div className="sub nw">
          {headline === null
            ? 'waiting for the first join'
            : silent === null
              ? connectedSupport(view, state, zone)
              : `a source is silent since ${clockText(silent.onsetAt, zone)}`}
        </div>
      </div>
      <div className="figure second">
        <div className="lab">
          <HearingSwatch />
          <Definition term="hearing">Hearing</Definition>
          {headline === null || headline.hearing === null ? null : <StateChip value={headline.state} old={old} />}
        </div>
        {headline === null || headline.hearing === null ? (
          <div className="hero none">{headline === null ? 'no data yet' : 'not measured'}</div>
        ) : (
          <div className={old === null ? 'hero hear' : 'hero old'}>{countText(headline.hearing)}</div>
        )}
        <div className="sub nw">{hearingSupport(view)}</div>
      </div>
    </>
  );
}

function StateChip({ value, old }: { value: string; old: number | null }) {
  if (old !== null) {
    return (
      <span className="chip old">
        <ClockShape />
        {durationText(old)} old
      </span>
    );
  }
  return (
    <span className={value === 'provisional' ? 'chip dash' : value === 'live' ? 'chip' : 'chip fill'}>{value}</span>
  );
}

function connectedSupport(view: LiveView, state: PageState, zone: string): string {
  const { headline } = view;
  if (headline === null) return '';
  if (state.oldForMs !== null) return `last known, ${clockText(headline.second * 1000, zone)}`;
  if (headline.suspect === null) return 'suspect: not measured';
  if (headline.suspect === 0) return 'none suspect';
  const low = countText(headline.connected - headline.suspect);
  return `${low} to ${countText(headline.connected)}; ${countText(headline.suspect)} suspect`;
}

function hearingSupport(view: LiveView): React.ReactNode {
  const { headline } = view;
  if (headline === null) return '';
  if (headline.hearing === null) return <NoPlaying />;
  if (headline.connected === 0) return 'nobody connected';
  return `${shareText(headline.hearing / headline.connected)} of connected`;
}
