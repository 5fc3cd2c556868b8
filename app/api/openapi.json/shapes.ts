/** The values that the API speaks of, as JSON Schema. Instants are epoch milliseconds, ratios 0..1, unknown is null. */
import { KINDS } from '../../../lib/compare/kind.ts';
import { REMARK_VERBS, WINDOW_VERBS } from '../../../lib/numbers/action.ts';

export type Schema = Readonly<Record<string, unknown>>;

const text = { type: 'string' } as const;
const count = { type: 'integer', minimum: 0 } as const;
const number = { type: 'number' } as const;
const ratio = { type: 'number', minimum: 0 } as const;
const at = { type: 'integer', description: 'epoch milliseconds' } as const;
const flag = { type: 'boolean' } as const;
const counts = { type: 'object', additionalProperties: count } as const;
const valueState = { type: 'string', enum: ['live', 'provisional', 'settled', 'final'] } as const;

export function ref(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}

export function orNull(schema: Schema): Schema {
  if (typeof schema.type === 'string' && schema.enum === undefined) return { ...schema, type: [schema.type, 'null'] };
  return { oneOf: [schema, { type: 'null' }] };
}

export function listOf(items: Schema): Schema {
  return { type: 'array', items };
}

/** Every property is always there, but for those of `maybe`. */
export function shape(
  properties: Readonly<Record<string, Schema>>,
  maybe: Readonly<Record<string, Schema>> = {},
): Schema {
  return { type: 'object', required: Object.keys(properties), properties: { ...properties, ...maybe } };
}

const level = (name: 'connected' | 'hearing'): Schema =>
  shape({ [name]: count, at: orNull(at), minuteMean: number, minuteMeanAt: orNull(at) });

const claim = {
  text: { type: 'string', maxLength: 280, description: 'as it was said' },
  value: { type: 'string', description: 'the number as it was written: its digits say how exactly it was meant' },
  kind: { type: 'string', enum: [...KINDS] },
  at: orNull({ ...at, description: 'the instant that is meant, epoch milliseconds' }),
  segment: orNull({ ...text, description: 'the label of the segment that is meant' }),
  about: orNull({ ...text, description: 'another broadcast, or a published figure, that the claim speaks of' }),
} as const;

const figure = {
  id: text,
  kind: orNull({ type: 'string', enum: [...KINDS] }),
  name: text,
  value: number,
  unit: { type: 'string', enum: ['listeners', 'listener-minutes', 'openings', 'connections'] },
  definition: text,
  from: orNull(at),
  to: orNull(at),
  segment: orNull(text),
} as const;

export const SCHEMAS = {
  Problem: {
    ...shape({ type: text, title: text, status: count, detail: text }),
    description: 'RFC 9457; detail says what was expected, what came, and what to do next',
  },
  Broadcast: shape({
    broadcast: text,
    title: orNull(text),
    state: { type: 'string', enum: ['live', 'crashing', 'recovered', 'ended', 'no_data', 'planned'] },
    connected: count,
    hearing: orNull(count),
    peak: count,
    asOfAt: at,
    valueState,
    rev: count,
    kind: { type: 'string', enum: ['events', 'curve'] },
    demo: flag,
    firstEventAt: at,
    lastEventAt: at,
    changeIn5Minutes: orNull({ type: 'integer' }),
    crashWindows: count,
    crashWindowOpen: flag,
  }),
  Series: shape({
    broadcast: text,
    title: orNull(text),
    step: {
      type: 'integer',
      minimum: 1,
      description: 'seconds; longer than asked for where seconds are no longer kept',
    },
    asOfAt: at,
    rev: count,
    rows: listOf(ref('SeriesRow')),
  }),
  SeriesRow: shape({
    at: { ...at, description: 'the second, or the first second of the step, epoch milliseconds' },
    connected: number,
    hearing: orNull(number),
    connections: orNull(number),
    suspect: orNull(number),
    joins: orNull(count),
    leaves: orNull(count),
    timeouts: orNull(count),
    errors: orNull(count),
    attempts: orNull(count),
    failures: orNull(count),
    state: valueState,
    rev: orNull(count),
    connectedMin: count,
    connectedMax: count,
  }),
  Stay: shape({
    listener: text,
    connection: text,
    room: text,
    start: at,
    end: orNull({ ...at, description: 'null: still there' }),
    reason: orNull(text),
    role: { type: 'string', enum: ['listener', 'speaker', 'host'] },
    hearing_seconds: orNull(number),
  }),
  Cause: shape({
    attribute: text,
    value: text,
    dropped: count,
    present: count,
    riskRatio: ratio,
    lower: ratio,
    upper: ratio,
    likely: flag,
  }),
  CrashWindow: shape(
    {
      id: text,
      type: {
        type: 'string',
        enum: ['crash', 'partial_outage', 'host_drop', 'handover', 'planned_end', 'telemetry_gap', 'audio_dropout'],
      },
      platformWide: flag,
      source: { type: 'string', enum: ['events', 'curve'] },
      onsetAt: at,
      detectedAt: at,
      serviceEndAt: orNull(at),
      closedAt: orNull(at),
      recoveredAt: orNull(at),
      connectedBefore: count,
      connectedLowest: count,
      depth: orNull(ratio),
      dropped: orNull(number),
      blocked: orNull(count),
      lostListenerMinutes: shape({ during: orNull(number), total: orNull(number) }),
      returnRate: shape({
        '30': orNull(ratio),
        '120': orNull(ratio),
        '300': orNull(ratio),
        '600': orNull(ratio),
        end: orNull(ratio),
      }),
      medianReturnSeconds: orNull(number),
      causes: listOf(ref('Cause')),
      carryOver: orNull(shape({ room: text, share: ratio, deadAirSeconds: number })),
      state: { type: 'string', enum: ['provisional', 'final', 'withdrawn'] },
      rev: count,
    },
    {
      decisions: {
        ...listOf(
          shape({
            verb: { type: 'string', enum: [...WINDOW_VERBS] },
            at,
            author: orNull(text),
            reason: orNull(text),
          }),
        ),
        description: 'what people decided of it, by time; absent where nothing was',
      },
      joins: { ...listOf(shape({ id: text, onsetAt: at })), description: 'the windows that were seen apart' },
    },
  ),
  NewDecision: {
    type: 'object',
    required: ['window', 'action'],
    properties: {
      window: { ...text, description: 'id of the crash window' },
      action: { type: 'string', enum: ['acknowledge', 'dismiss', 'join', 'restore'] },
      with: { ...text, description: 'of a join: id of the neighbouring window' },
      reason: { type: 'string', maxLength: 280, description: 'needed for a dismissal' },
      author: orNull({ type: 'string', maxLength: 128 }),
    },
  },
  Action: shape(
    {
      id: text,
      at,
      author: orNull(text),
      what: { type: 'string', enum: ['note', 'segment', 'window'] },
      verb: { type: 'string', enum: [...REMARK_VERBS, ...WINDOW_VERBS] },
      on: { ...text, description: 'id of the event, or of the crash window' },
    },
    {
      label: orNull(text),
      reason: orNull(text),
      replaces: listOf(text),
      joined: orNull({ type: 'object', description: 'the windows that were joined, and what they are together' }),
    },
  ),
  Report: shape({
    broadcast: text,
    title: orNull(text),
    schema: { const: 1 },
    asOfAt: at,
    state: valueState,
    rev: count,
    firstEventAt: orNull(at),
    lastEventAt: orNull(at),
    startedAt: orNull(at),
    endedAt: orNull(at),
    runtimeSeconds: orNull(number),
    rooms: listOf(
      shape({
        room: text,
        firstJoinAt: orNull(at),
        endedAt: orNull(at),
        peakConnected: count,
        unique: count,
      }),
    ),
    peak: level('connected'),
    peakHearing: orNull(level('hearing')),
    listenerMinutes: shape({ connected: number, hearing: orNull(number) }),
    averageMinuteAudience: shape({
      connected: orNull(number),
      hearing: orNull(number),
      excludingCrashWindows: orNull(number),
    }),
    unique: orNull(count),
    reach: orNull(count),
    connections: orNull(count),
    joins: orNull(count),
    leaves: orNull(counts),
    errors: orNull(counts),
    attempts: orNull(shape({ total: count, heard: count, failed: count, exited: count, unresolved: count })),
    comments: orNull(count),
    demand: orNull(
      shape({
        attemptsPerSecondMax: number,
        joinsPerSecondMax: number,
        ceilingPerSecond: orNull(number),
        unmetMax: count,
      }),
    ),
    timeToFirstAudio: orNull({
      ...shape({ count, p50: number, p95: number, p99: number }),
      description: 'seconds',
    }),
    crashWindows: listOf(ref('CrashWindow')),
    segments: listOf(
      shape({
        label: text,
        from: at,
        to: at,
        any: count,
        half: count,
        most: count,
        averageMinuteAudience: orNull(number),
      }),
    ),
    notes: listOf(shape({ at, label: text, author: orNull(text) })),
    hosts: listOf(
      shape({
        listener: text,
        role: { type: 'string', enum: ['host', 'speaker'] },
        intervals: listOf({ type: 'array', prefixItems: [at, orNull(at)], minItems: 2, maxItems: 2 }),
      }),
    ),
    claims: listOf(ref('CheckedClaim')),
    quality: shape({
      events: count,
      duplicates: count,
      late: count,
      rejected: counts,
      orphanLeaves: count,
      joinsLost: count,
      timeouts: orNull(count),
      splitListeners: count,
      sources: count,
    }),
  }),
  NewNote: {
    type: 'object',
    required: ['label'],
    properties: {
      label: { type: 'string', maxLength: 280, description: 'empty: takes back what replaces names' },
      at: { ...at, description: 'epoch milliseconds; default: now' },
      author: orNull({ type: 'string', maxLength: 128 }),
      replaces: orNull({ ...text, description: 'id of the earlier note that this one stands in for' }),
    },
  },
  Note: shape({ id: text, at, label: text, author: orNull(text) }, { replaces: orNull(text) }),
  NewSegment: {
    type: 'object',
    description:
      'With neither from nor to it starts now. to alone ends the latest open one, of the label where there is one. An empty label takes back what replaces names.',
    properties: {
      label: { type: 'string', maxLength: 280 },
      from: at,
      to: at,
      author: orNull({ type: 'string', maxLength: 128 }),
      replaces: {
        type: 'object',
        properties: { start: orNull(text), end: orNull(text) },
        description: 'ids of earlier marks that these stand in for',
      },
    },
  },
  Segment: shape({ label: text, from: at, to: orNull(at), author: orNull(text), id: text, endId: orNull(text) }),
  SegmentMark: shape({
    type: { type: 'string', enum: ['segment_start', 'segment_end'] },
    id: text,
    at,
    label: orNull(text),
    replaces: orNull(text),
  }),
  NewClaim: {
    type: 'object',
    required: ['text'],
    properties: {
      ...claim,
      value: { oneOf: [claim.value, number], description: 'default: the one number that the text has' },
      kind: { ...claim.kind, default: 'unstated' },
      keep: { type: 'boolean', default: true, description: 'false: it is checked and not kept' },
    },
  },
  Figure: shape(figure),
  CheckedClaim: shape({
    ...claim,
    id: orNull(text),
    enteredAt: orNull(at),
    verdict: { type: 'string', enum: ['supported', 'contradicted', 'not_answerable'] },
    claimed: shape({ value: number, low: number, high: number, about: flag }),
    measured: orNull(
      shape({
        ...figure,
        state: { type: 'string', enum: [...valueState.enum, 'reported'] },
        rev: orNull(count),
        source: orNull(text),
      }),
    ),
    ratio: orNull(ratio),
    reason: orNull(text),
    alsoInSpan: listOf(ref('Figure')),
  }),
} as const satisfies Readonly<Record<string, Schema>>;
