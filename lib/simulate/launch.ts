/**
 * The founding story. The first room is full within minutes and many more try; it fails for half an hour, one edge site
 * first and worst; the hosts drop out and come back; a second room opens, grows with the capacity moved to it, and peaks
 * at half of the first one. All instants are minutes of an evening of 65 and scale with its length.
 */
import type { Place, Settings } from './options.ts';
import type { Blow, CrewStay, Plan } from './plan.ts';
import { titleOf } from './show.ts';

const EVENING = 65;
const FAILS_AT = 17;
const SECOND_ROOM_AT = 26;
const SERVICE_BACK_AT = 47;
const SPEECH = { from: 32, to: 51 };
const FIRST_SITE: Place = { attribute: 'edge', value: 'iad-1' };

type Blows = readonly (readonly [Blow, number])[];

export function createLaunch(settings: Settings): Plan {
  const { startMs, listeners, broadcast } = settings;
  const lengthMs = Math.round(settings.minutes * 60) * 1000;
  const seconds = lengthMs / 1000;
  const minute = (minutes: number) => Math.round((minutes / EVENING) * seconds) * 1000;
  const at = (minutes: number) => startMs + minute(minutes);
  const endMs = startMs + lengthMs;
  const showEndMs = at(63.5);
  const quiet: Blows = settings.heartbeatMs > 0 ? [['silence', 0.2]] : [];
  const how: Blows = [['server', 0.6], ['error', 0.1], ['fatal', 0.1], ...quiet];

  function crewOf(listener: string, role: CrewStay['role'], stays: [number, number, number, CrewStay['reason']][]) {
    return stays.map(([room, from, to, reason]) => ({ listener, role, room, from: at(from), to: at(to), reason }));
  }

  return {
    startMs,
    endMs,
    showEndMs,
    rooms: [
      {
        room: `${broadcast}-1`,
        opensAt: startMs,
        closesAt: at(SERVICE_BACK_AT),
        capacity: levels(at, listeners, [
          [FAILS_AT, 1],
          [18, 0.46],
          [20, 0.38],
          [22, 0.4],
          [25, 0.3],
        ]),
        foundAfterMs: 0,
      },
      {
        room: `${broadcast}-2`,
        opensAt: at(SECOND_ROOM_AT),
        closesAt: endMs,
        capacity: levels(at, listeners, [
          [SECOND_ROOM_AT, 0.06],
          [28, 0.14],
          [SPEECH.from, 0.18],
          [42, 0.33],
          [SPEECH.to, 0.45],
          [58, 0.5],
        ]),
        foundAfterMs: minute(4),
      },
    ],
    crew: [
      ...crewOf('host-1', 'host', [
        [0, 0.01, 18.4, 'server'],
        [0, 22.6, 26.7, 'left'],
        [1, 26.2, 63.5, 'left'],
      ]),
      ...crewOf('candidate', 'speaker', [
        [0, 1.5, 17.8, 'error'],
        [0, 23.4, 24.9, 'server'],
        [1, 29.5, 63.3, 'left'],
      ]),
    ],
    remarks: [
      { type: 'title', at: startMs + 100, label: titleOf(settings), author: null },
      { type: 'segment_start', at: at(2), label: 'the opening', author: null },
      { type: 'segment_end', at: at(FAILS_AT + 1), label: 'the opening', author: null },
      { type: 'note', at: at(21.5), label: 'capacity reallocated to the first room', author: 'ops' },
      { type: 'note', at: at(25.5), label: 'capacity reallocated, second room opens', author: 'ops' },
      { type: 'segment_start', at: at(SPEECH.from), label: 'the speech', author: null },
      { type: 'segment_end', at: at(SPEECH.to), label: 'the speech', author: null },
      { type: 'segment_start', at: at(SPEECH.to) + 1_000, label: 'questions', author: null },
      { type: 'segment_end', at: showEndMs, label: 'questions', author: null },
    ],
    arrivals: comers(seconds, listeners),
    hazard: leavers(seconds, minute(1) / 1000),
    bounceShare: 0.12,
    secondDeviceShare: 0.03,
    patience: {
      automatic: 0.85,
      longestPauseMs: 240_000,
      givesUp: 0.4,
      looksAgain: 0.8,
      looksAgainAfterMs: 5 * 60_000,
    },
    strikes: [
      strikeAt(FAILS_AT, 0.8, 0.93, FIRST_SITE),
      strikeAt(17.6, 1.8, 0.52, null),
      strikeAt(21.9, 1, 0.2, null),
      strikeAt(24.5, 1.2, 0.2, null),
      {
        at: at(26.7),
        spreadMs: minute(14),
        share: 0.6,
        room: 0,
        where: null,
        how: [['left', 1]],
        window: null,
        goTo: { room: 1, fromMs: 3_000, toMs: 25_000, newEdge: false },
      },
    ],
    muffles: [
      muffleAt(17.2, 1.5, 26, 0.75, 'audio_garbled', 14),
      muffleAt(26.2, 0.8, SERVICE_BACK_AT, 1, 'audio_dropout', 10),
    ],
    refusals: [refusalAt(FAILS_AT, 0.97, FIRST_SITE), { ...refusalAt(17.6, 0.85, null), code: 'server' }],
    gaps: [],
    windows: [{ kind: 'launch', onsetAt: at(FAILS_AT), serviceEndAt: at(SERVICE_BACK_AT), cause: null }],
    confounders: [{ kind: 'end', at: showEndMs }],
  };

  function strikeAt(minutes: number, spread: number, share: number, where: Place | null): Plan['strikes'][number] {
    return { at: at(minutes), spreadMs: minute(spread), share, room: 0, where, how, window: 0, goTo: null };
  }

  function muffleAt(
    from: number,
    spread: number,
    to: number,
    share: number,
    code: Plan['muffles'][number]['code'],
    impatience: number,
  ): Plan['muffles'][number] {
    const times = { at: at(from), spreadMs: minute(spread), until: at(to), impatienceMs: minute(impatience) };
    return { ...times, share, room: 0, where: null, code };
  }

  function refusalAt(minutes: number, share: number, where: Place | null): Plan['refusals'][number] {
    return { from: at(minutes), to: at(SERVICE_BACK_AT), room: 0, share, where, code: 'capacity' };
  }
}

/** Rooms count connections: one in a hundred is a second device of someone counted already. */
const CONNECTIONS_PER_LISTENER = 1.01;

/** Capacity at these minutes, from shares of the size. */
function levels(at: (minutes: number) => number, listeners: number, points: [number, number][]): [number, number][] {
  return points.map(([minutes, share]) => [at(minutes), Math.round(share * listeners * CONNECTIONS_PER_LISTENER)]);
}

/** A rush of well over what the room carries, a pause while it fails, and the curious who read about it. */
function comers(seconds: number, listeners: number): Float64Array {
  const rush = 2.6;
  return Float64Array.from({ length: seconds }, (_, second) => {
    const minute = (second / seconds) * EVENING;
    const early = (1.3 * minute * Math.exp(-minute / rush)) / rush ** 2;
    const curious = minute > SECOND_ROOM_AT + 1 && minute < 61 ? 0.036 : 0.012;
    return ((early + curious) * listeners * EVENING) / seconds;
  });
}

/** People are patient before the crash, less so after it, and gone after the show. `minute`: seconds of one minute of the story. */
function leavers(seconds: number, minute: number): Float64Array {
  return Float64Array.from({ length: seconds }, (_, second) => {
    const at = (second / seconds) * EVENING;
    if (at >= 63.5) return 1 / (0.6 * minute);
    return 1 / ((at < SECOND_ROOM_AT ? 90 : 18.6) * minute);
  });
}
