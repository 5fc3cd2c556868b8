/** Room, segment, host and notes as bars on the time axis of the chart. */
import { clockText } from '../../lib/format/clock.ts';
import { durationText } from '../../lib/format/duration.ts';
import { type ChartLayout, type LaneName, labelWidth } from '../../lib/series/chart-layout.ts';
import { clearOf, gapEdges } from '../../lib/series/chart-marks.ts';
import type { LiveView } from '../../lib/series/live-view.ts';
import { noteMarks } from '../../lib/series/note-marks.ts';
import type { Domain } from '../../lib/series/range.ts';
import { alarms, spanOf } from '../../lib/series/span.ts';

interface LaneProps {
  layout: ChartLayout;
  domain: Domain;
  view: LiveView;
  x: (at: number) => number;
  zone: string;
}

const NAMES: Readonly<Record<LaneName, string>> = { room: 'Room', segment: 'Segment', host: 'Host', notes: 'Notes' };

export function ChartLanes(props: LaneProps) {
  return props.layout.lanes.map(({ name, top }) => (
    <g key={name}>
      <text x={props.layout.gutter - 8} y={top + 10} textAnchor="end">
        {NAMES[name]}
      </text>
      <Lane name={name} top={top} {...props} />
    </g>
  ));
}

function Lane({ name, top, ...props }: LaneProps & { name: LaneName; top: number }) {
  if (name === 'room') return <Rooms top={top} {...props} />;
  if (name === 'segment') return <Segments top={top} {...props} />;
  if (name === 'host') return <Hosts top={top} {...props} />;
  return <NoteMarks top={top} {...props} />;
}

interface PieceProps {
  left: number;
  right: number;
  top: number;
  text: string;
  /** what stands there where that has no room */
  short?: string;
  /** where another piece begins to cover it */
  free?: number;
  gaps: { left: number; right: number }[];
}

function Piece({ left, right, top, text, short, free = right, gaps }: PieceProps) {
  const place = (words: string): number | null => {
    const start = clearOf(gaps, left + 6, labelWidth(words));
    return start + labelWidth(words) < Math.min(right, free) - 4 ? start : null;
  };
  const words = place(text) === null && short !== undefined ? short : text;
  const start = place(words);
  return (
    <>
      <rect x={left} y={top} width={Math.max(1, right - left)} height="12" fill="var(--raised)" />
      {start === null ? null : (
        <text className="t-ink2" x={start} y={top + 10}>
          {words}
        </text>
      )}
    </>
  );
}

function Rooms({ layout, domain, view, x, zone, top }: LaneProps & { top: number }) {
  if (view.rooms.length === 0) {
    return (
      <Piece
        {...clip(domain, x, view.firstAt, null)}
        top={top}
        gaps={gapEdges(view, domain, x)}
        text="one room; no room events"
      />
    );
  }
  return view.rooms.map((room, index) => {
    const from = room.from ?? view.firstAt;
    if (!inView(domain, from, room.to)) return null;
    const state =
      room.to === null
        ? `open since ${clockText(from, zone)}`
        : `${clockText(from, zone)} to ${clockText(room.to, zone)}`;
    const edges = clip(domain, x, from, room.to);
    const next = view.rooms[index + 1]?.from ?? null;
    return (
      <g key={room.room}>
        <Piece
          {...edges}
          {...(next === null ? {} : { free: x(next) })}
          short={room.room}
          right={edges.right - (room.to === null ? 0 : 2)}
          top={top}
          gaps={gapEdges(view, domain, x)}
          text={`${room.room}, ${state}`}
        />
        {room.from !== null && view.rooms.length > 1 && room.from > domain.from && room.from > view.firstAt ? (
          <path className="m-rule" d={`M${x(room.from)} 24V${layout.axis}`} strokeDasharray="3 3" />
        ) : null}
      </g>
    );
  });
}

function Segments({ domain, view, x, top }: LaneProps & { top: number }) {
  if (view.segments.length === 0) {
    return (
      <text x={x(domain.from) + 6} y={top + 10}>
        none named
      </text>
    );
  }
  return view.segments
    .filter((segment) => inView(domain, segment.from, segment.to))
    .map((segment) => {
      const edges = clip(domain, x, segment.from, segment.to);
      return (
        <Piece
          key={`${segment.from} ${segment.label}`}
          {...edges}
          right={edges.right - 2}
          top={top}
          gaps={gapEdges(view, domain, x)}
          text={segment.label}
        />
      );
    });
}

function Hosts({ domain, view, x, top }: LaneProps & { top: number }) {
  if (view.hosts.length === 0) {
    return (
      <text x={x(domain.from) + 6} y={top + 10}>
        no host seen
      </text>
    );
  }
  const crashes = alarms(view.windows).map(spanOf);
  const gaps = gapEdges(view, domain, x);
  return view.hosts
    .filter((piece) => inView(domain, piece.from, piece.to))
    .map((piece) => {
      const { left, right } = clip(domain, x, piece.from, piece.to);
      if (piece.present) {
        const fits = labelWidth('present') < right - left - 10;
        return (
          <g key={piece.from}>
            <rect className="m-ink" x={left} y={top} width={Math.max(1, right - left)} height="12" />
            {fits ? (
              <text x={left + 6} y={top + 10} style={{ fill: 'var(--bg)', fontWeight: 500 }}>
                present
              </text>
            ) : null}
          </g>
        );
      }
      const cut = crashes.some((span) => piece.from >= span.from && (span.to === null || piece.from <= span.to));
      const words = `${cut ? 'dropped' : 'gone'} ${durationText((piece.to ?? domain.edge) - piece.from)}`;
      const start = clearOf(gaps, left + 7, labelWidth(words));
      const room = right - start - 7;
      const text = labelWidth(words) < room ? words : labelWidth('dropped') < room ? (cut ? 'dropped' : 'gone') : null;
      const colour = cut ? 'var(--crash)' : 'var(--ink-3)';
      return (
        <g key={piece.from}>
          <path d={`M${left} ${top + 6}H${right}`} stroke={colour} strokeWidth="2" strokeDasharray="1 4" />
          <path
            d={`M${left} ${top}v12${piece.to === null ? '' : `M${right} ${top}v12`}`}
            stroke={colour}
            strokeWidth="1.5"
          />
          {text === null ? null : (
            <text className={cut ? 't-crash t-halo' : 't-halo'} x={start} y={top + 10} style={{ strokeWidth: 5 }}>
              {text}
            </text>
          )}
        </g>
      );
    });
}

function NoteMarks({ domain, view, x, top }: LaneProps & { top: number }) {
  return noteMarks(view.notes, x, { from: x(domain.from), to: x(domain.edge) }).map((mark) => (
    <g key={mark.text}>
      <title>{mark.label}</title>
      <path className="m-rule" d={`M${mark.at} ${top - 4}V${top}`} />
      <rect x={mark.left} y={top - 1} width={mark.width} height="14" rx="2" fill="var(--bg)" stroke="var(--ink-2)" />
      <text
        className="t-ink t-b"
        x={mark.left + mark.width / 2}
        y={top + 10}
        textAnchor="middle"
        style={{ fontSize: 10 }}
      >
        {mark.text}
      </text>
    </g>
  ));
}

function inView(domain: Domain, from: number, to: number | null): boolean {
  return from <= domain.edge && (to === null || to >= domain.from);
}

function clip(
  domain: Domain,
  x: (at: number) => number,
  from: number,
  to: number | null,
): { left: number; right: number } {
  return { left: x(Math.max(from, domain.from)), right: x(Math.min(to ?? domain.edge, domain.edge)) };
}
