'use client';
/** Play, speed, the instant, and the numbers of that instant. */
import { clockText, dayText } from '../../lib/format/clock.ts';
import { countText, rateText, signedCountText } from '../../lib/format/number.ts';
import type { LiveView } from '../../lib/series/live-view.ts';
import type { Point } from '../../lib/series/point.ts';
import { Definition } from '../_ui/definition.tsx';
import { Key } from '../_ui/key.tsx';
import { ConnectedSwatch, HearingSwatch } from '../_ui/marks.tsx';
import type { ShownPoint } from './chunks.ts';
import { type ReplayPlace, SPEEDS, type Speed } from './replay-url.ts';

interface Props {
  view: LiveView;
  /** epoch ms */
  at: number;
  zone: string;
  zoneShort: string;
  playing: boolean;
  speed: Speed;
  /** of that second; null while it is being read */
  point: Point | null;
  reading: boolean;
  expected: number | null;
  known: ReplayPlace['known'];
  /** what was shown of it at the time */
  shown: ShownPoint | null;
  hasThen: boolean;
  toggle: () => void;
  jump: (way: 1 | -1) => void;
  setSpeed: (speed: Speed) => void;
  setKnown: (known: ReplayPlace['known']) => void;
}

export function Transport(props: Props) {
  const { view, at, zone, zoneShort, playing, speed, known, hasThen } = props;
  return (
    <div className="pr">
      <div className="pr-keys">
        <button type="button" className="btn ic" aria-label="To what happened before" onClick={() => props.jump(-1)}>
          <svg width="14" height="12" aria-hidden="true">
            <path d="M0 0h2v12H0zM13 0v12L4 6z" fill="currentColor" />
          </svg>
        </button>
        <button
          type="button"
          className="btn primary ic play"
          aria-label={playing ? 'Pause' : 'Play'}
          aria-keyshortcuts="Space"
          onClick={props.toggle}
        >
          <svg width="14" height="12" aria-hidden="true">
            <path d={playing ? 'M2 0h3.5v12H2zM8.5 0H12v12H8.5z' : 'M2 0v12l11-6z'} fill="currentColor" />
          </svg>
        </button>
        <button type="button" className="btn ic" aria-label="To what happens next" onClick={() => props.jump(1)}>
          <svg width="14" height="12" aria-hidden="true">
            <path d="M12 0h2v12h-2zM1 0v12l9-6z" fill="currentColor" />
          </svg>
        </button>
        <fieldset className="seg">
          <legend className="sr">Speed</legend>
          {SPEEDS.map((one) => (
            <button key={one} type="button" aria-pressed={speed === one} onClick={() => props.setSpeed(one)}>
              {one}×
            </button>
          ))}
        </fieldset>
      </div>
      <div className="pr-now">
        <span className="now">{clockText(at, zone)}</span>
        <span className="muted cut">
          {isOneDay(view, zone) ? '' : `${dayText(at, zone)}, `}
          {zoneShort}, {roomWords(view, at)}
        </span>
      </div>
      <Readouts {...props} />
      <div className="pr-known">
        <fieldset className="seg">
          <legend className="sr">What was known</legend>
          <button
            type="button"
            aria-pressed={known === 'then'}
            aria-disabled={!hasThen}
            aria-describedby={hasThen ? undefined : 'no-then'}
            onClick={() => hasThen && props.setKnown('then')}
          >
            As known then
          </button>
          <button type="button" aria-pressed={known === 'now'} onClick={() => props.setKnown('now')}>
            As known now
          </button>
        </fieldset>
        {hasThen ? null : (
          <p id="no-then" className="sub">
            Nothing was shown while this was read: a recording has no “then”.
          </p>
        )}
      </div>
      <p className="sr">
        <Key>Space</Key> plays and pauses.
      </p>
    </div>
  );
}

const NOT_MEASURED = <span className="muted">not measured</span>;

function Readouts({ view, point, reading, expected, known, shown }: Props) {
  const old = known === 'then';
  const curve = view.kind === 'curve';
  return (
    <dl>
      <div>
        <dt>
          <ConnectedSwatch />
          <Definition term="connected">Connected</Definition>
        </dt>
        <dd>{old ? wasShown(shown?.connected) : level(point?.connected, reading)}</dd>
        {old ? <Since was={shown?.connected} now={point?.connected} /> : null}
      </div>
      <div>
        <dt>
          <HearingSwatch />
          <Definition term="hearing">Hearing</Definition>
        </dt>
        <dd className="hear">
          {view.known.hearing ? (old ? wasShown(shown?.hearing) : level(point?.hearing, reading)) : NOT_MEASURED}
        </dd>
        {old && view.known.hearing ? <Since was={shown?.hearing} now={point?.hearing} /> : null}
      </div>
      <div>
        <dt>
          <Definition term="expected">Expected</Definition>
        </dt>
        <dd>{expected === null ? <span className="muted">outside a window</span> : countText(expected)}</dd>
      </div>
      <div>
        <dt>
          <span>
            <Definition term="joins">Joins</Definition>, <Definition term="gone">gone</Definition>
          </span>
        </dt>
        <dd className="nw">
          {curve
            ? NOT_MEASURED
            : point === null
              ? unread(reading)
              : `${rateText(point.joins)}/s, ${rateText(point.dropped + point.left)}/s`}
        </dd>
      </div>
      <div>
        <dt>Host</dt>
        <dd>{curve ? NOT_MEASURED : point === null ? unread(reading) : point.hosts > 0 ? 'present' : 'not there'}</dd>
      </div>
    </dl>
  );
}

/** How what was shown has been corrected since. */
function Since({ was, now }: { was: number | null | undefined; now: number | null | undefined }) {
  if (was == null || now == null) return null;
  return <dd className="s">{now === was ? 'unchanged since' : `${signedCountText(now - was)} since`}</dd>;
}

function level(value: number | null | undefined, reading: boolean): React.ReactNode {
  return value == null ? unread(reading) : countText(value);
}

function wasShown(value: number | null | undefined): React.ReactNode {
  return value == null ? <span className="muted">not shown</span> : countText(value);
}

function unread(reading: boolean): React.ReactNode {
  return <span className="muted">{reading ? 'reading' : 'unknown'}</span>;
}

function isOneDay({ firstAt, lastAt }: LiveView, zone: string): boolean {
  return dayText(firstAt, zone) === dayText(lastAt, zone);
}

function roomWords(view: LiveView, at: number): string {
  const open = view.rooms.filter((room) => (room.from ?? view.firstAt) <= at && (room.to === null || at < room.to));
  if (view.rooms.length === 0) return 'one room';
  return open.length === 0 ? 'no room open' : open.map(({ room }) => room).join(', ');
}
