/** What every number on the pages means, in the words of the contract. One list for popovers and the help page. */

export interface Meaning {
  name: string;
  means: string;
  unit: string;
}

const list = {
  connected: {
    name: 'Connected',
    means:
      'Distinct listeners with a presence interval covering this second, over all rooms of the broadcast, whether or not sound arrives. Hosts and speakers are not counted.',
    unit: 'listeners',
  },
  hearing: {
    name: 'Hearing',
    means:
      'Connected, first audio has played, and not stalled. Known from the first playing event of the broadcast on.',
    unit: 'listeners',
  },
  suspect: {
    name: 'Suspect',
    means:
      'Listeners all of whose open connections are without evidence for a heartbeat period and 3 s. The live chart shows the band from connected minus suspect up to connected; in a settled second everything is decided and suspect is 0.',
    unit: 'listeners',
  },
  peak: {
    name: 'Peak',
    means: 'The largest connected (or hearing) of any second, with the first second at which it was reached.',
    unit: 'listeners',
  },
  change: {
    name: 'In 5 min',
    means:
      'Connected at the live second against connected 5 minutes before. Unknown where the broadcast did not run that long.',
    unit: 'a share of the earlier number',
  },
  joins: {
    name: 'Joins',
    means: 'Openings of a connection. A join on an open connection is evidence of presence and no second join.',
    unit: 'openings per second',
  },
  gone: {
    name: 'Gone',
    means: 'Endings of a connection: dropped (reason error, server or time-out) above, left by themselves below.',
    unit: 'endings per second',
  },
  errors: {
    name: 'Errors',
    means: 'Error events by code, once per event id, fatal ones included.',
    unit: 'events per second',
  },
  dropped: {
    name: 'Dropped',
    means:
      'Listeners whose presence ended involuntarily, with reason error, server or time-out, in the seconds of the crash window.',
    unit: 'listeners',
  },
  blocked: {
    name: 'Blocked',
    means: 'Listeners whose join failed in the crash window. They are reported beside the dropped and never mixed in.',
    unit: 'listeners',
  },
  attempts: {
    name: 'Attempts',
    means:
      'Each attempt ends as the first, within 60 s and before the next attempt of its connection, of: audio is heard; a fatal error is failed; an ending at least 1 s later is exited; else it is unresolved. The four add up.',
    unit: 'attempts',
  },
  demand: {
    name: 'Demand',
    means:
      'Distinct listeners attempting per 10 s, aligned to the epoch, beside those of them who got in. Told for the last 10 s that are over.',
    unit: 'listeners per second',
  },
  ceiling: {
    name: 'Ceiling',
    means:
      'The 99th percentile of successes per 10 s while over 5 % fail: whether a room broke under demand, or below what was carried before. None where that never was.',
    unit: 'listeners per second',
  },
  unmet: {
    name: 'Unmet',
    means: 'Listeners with a failed attempt and no opening since.',
    unit: 'listeners',
  },
  firstAudio: {
    name: 'Time to first audio',
    means:
      'Time from attempt to first audio, the distribution over the run so far: half of all waited p50 or less, 95 in 100 waited p95 or less, 99 in 100 waited p99 or less, within 1 %.',
    unit: 'seconds',
  },
  comments: {
    name: 'Comments',
    means: "Events written in the room's chat, once per id. Evidence of presence too.",
    unit: 'events per second',
  },
  checkpoint: {
    name: 'Checkpoint',
    means:
      'How long ago state, offset, watermark and rows were last made safe together. What came later is read again after a crash.',
    unit: 'seconds',
  },
  late: {
    name: 'Late',
    means:
      'Events that at their offset were 120 s or more behind the watermark of their partition: counted, kept in the log and left out.',
    unit: 'events',
  },
  duplicates: {
    name: 'Duplicates',
    means: 'Second copies of an event: the same id within its connection. The event is counted once.',
    unit: 'events',
  },
  ran: {
    name: 'Ran for',
    means: 'From the earliest to the latest presence, quality or room event of the broadcast.',
    unit: 'a duration',
  },
  expected: {
    name: 'Expected audience',
    means:
      'Connected, and of those who were dropped and are not back as many as would still be there, given how fast people left by themselves in the five minutes before.',
    unit: 'listeners',
  },
  depth: {
    name: 'Depth',
    means: 'The largest share of the expected audience that was missing at one second of the crash window.',
    unit: 'a share of the expected audience',
  },
  left: {
    name: 'Left by themselves',
    means:
      'Listeners whose presence ended in the crash window by their own leaving. They are never mixed in with the dropped.',
    unit: 'listeners',
  },
  carryOver: {
    name: 'Carry-over',
    means:
      'Share of the dropped who came into the room that was opened in place of the one that failed. Dead air is the time between the two rooms.',
    unit: 'a share of the dropped',
  },
  recovered: {
    name: 'Recovered',
    means: 'The first of 20 seconds with 95 % or more of the expected audience. Some windows never reach it.',
    unit: 'an instant',
  },
  risk: {
    name: 'Risk ratio',
    means:
      'How much likelier those with this value were to be dropped than everyone else present at the onset. A likely cause has a lower 95 % bound of 3 or more.',
    unit: 'times',
  },
  return: {
    name: 'Back within 5 min',
    means:
      'Kaplan–Meier share of the dropped who showed a sign of life again, in any room, within 5 minutes. New arrivals are not returns. Unknown until the 5 minutes have passed.',
    unit: 'a share of the dropped',
  },
  window: {
    name: 'Crash window',
    means:
      'From the onset, the second after the loss detector was last at rest, to the last second of service trouble. It closes after 60 quiet seconds; windows less than 60 s apart are one. An audience that leaves because the show is over or dull is not a crash.',
    unit: 'seconds',
  },
  gap: {
    name: 'Telemetry gap',
    means:
      'A source went silent, so people seem gone who are not. Drawn as a hatch with broken lines, never as a fall.',
    unit: 'seconds',
  },
  age: {
    name: 'Data age',
    means:
      "The server's clock minus the live second. The live second is the newest event time of the slowest partition that is not idle, less 1 s.",
    unit: 'seconds',
  },
  watermark: {
    name: 'Watermark',
    means: 'Newest event time less 5 s, the smallest over the partitions. Only seconds up to it can become final.',
    unit: 'an instant',
  },
  rate: {
    name: 'Records',
    means:
      'Records read from all sources in the last 10 s, a second: events, duplicates, late ones and dead letters. Unknown until a page has watched for 3 s.',
    unit: 'records a second',
  },
  lag: {
    name: 'Lag',
    means: 'Records waiting in a partition that were not read yet. A lagging partition holds the watermark back.',
    unit: 'records',
  },
  rejected: {
    name: 'Dead letters',
    means:
      'Records that do not fit the event format, counted by reason: size, json, field, type, clock. They are kept with their position and never guessed at.',
    unit: 'records',
  },
  state: {
    name: 'State of a value',
    means:
      'Live: newer than the watermark. Provisional: a time-out may still change it. Settled: everything in it is decided. Final: late events are over too; it changes only with a new revision.',
    unit: 'live, provisional, settled, final',
  },
  ama: {
    name: 'Average-minute audience',
    means:
      'Listener-minutes over the minutes of runtime, gaps between rooms included; given without the crash windows too.',
    unit: 'listeners',
  },
  minutes: {
    name: 'Listener-minutes',
    means: 'The sum over all seconds of connected (or hearing), divided by 60.',
    unit: 'listener-minutes',
  },
  unique: {
    name: 'Unique',
    means: 'Distinct listeners with any presence: a union over rooms and devices, never a sum.',
    unit: 'listeners',
  },
  reach: {
    name: 'Reach',
    means: 'Distinct listeners who heard for 60 s or more in total.',
    unit: 'listeners',
  },
  segment: {
    name: 'Segment audience',
    means:
      'Listeners hearing at least 1 s, half, or 90 % of a named segment, from exact milliseconds; connected where hearing is unknown.',
    unit: 'listeners',
  },
  lost: {
    name: 'Lost listener-minutes',
    means:
      'Minutes the dropped would have stayed, given how fast people left by themselves in the five minutes before. Every involuntary absence that begins in the window counts up to the return.',
    unit: 'listener-minutes',
  },
} as const satisfies Record<string, Meaning>;

export type Term = keyof typeof list;

export const DEFINITIONS: Readonly<Record<Term, Meaning>> = list;

export function isTerm(word: string): word is Term {
  return Object.hasOwn(DEFINITIONS, word);
}
