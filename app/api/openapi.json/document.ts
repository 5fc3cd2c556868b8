/** The HTTP API described for machines (OpenAPI 3.1): every address of it, and nothing else. */
import { LARGEST, MOST_OTHERS, SMALLEST } from '../../../lib/chart/input.ts';
import { THEMES } from '../../../lib/chart/theme.ts';
import { ALIGNMENTS, SCALES } from '../../../lib/compare/align.ts';
import { listOf, orNull, ref, SCHEMAS, type Schema, shape } from './shapes.ts';

type Parameter = Schema & { name: string };

const text = { type: 'string' } as const;
const id: Parameter = {
  name: 'id',
  in: 'path',
  required: true,
  schema: text,
  description: 'the broadcast; percent-encoded, `.` and `..` as `~.` and `~..`',
};
const instant = {
  oneOf: [
    { type: 'integer', description: 'epoch milliseconds' },
    { type: 'string', format: 'date-time' },
  ],
} as const;
const from = query('from', instant, 'from this instant on');
const to = query('to', instant, 'up to before this instant');

const PROBLEMS: Readonly<Record<number, string>> = {
  400: 'The request cannot be understood',
  401: 'Nobody is signed in',
  403: 'A page of another site asked',
  404: 'Nothing of that name',
  409: 'Not possible as things are',
  413: 'The body is longer than anything that is written here',
  415: 'The body is no JSON, or does not say so',
  422: 'Understood, and there is nothing to draw',
  503: 'The store, or the ingest process, does not answer',
};

export const DOCUMENT = {
  openapi: '3.1.0',
  info: {
    title: 'Headcount',
    version: '1',
    summary: "The truth about a live broadcast's audience.",
    description:
      'Instants are epoch milliseconds, ratios 0..1, unknown is null and never 0. Errors are application/problem+json. Where HEADCOUNT_AUTH is not none, the session cookie of the dashboard is asked for.',
  },
  servers: [{ url: '/' }],
  security: [{}, { session: [] }],
  paths: {
    '/api/broadcasts': {
      get: operation('listBroadcasts', 'All broadcasts, the one with the newest event first', {
        parameters: [
          query('limit', { type: 'integer', minimum: 1, maximum: 500, default: 100 }, 'how many at a time'),
          query('cursor', text, "the last answer's next"),
        ],
        answer: json(shape({ broadcasts: listOf(ref('Broadcast')), next: orNull(text) }), 'A page of broadcasts'),
        problems: [400, 401, 503],
      }),
    },
    '/api/live': {
      get: operation('followAll', 'All broadcasts as they change, as server-sent events', {
        answer: stream('`frame` carries all of it, `change` what changed, `beat` that nothing did'),
        problems: [401, 503],
      }),
    },
    '/api/broadcasts/{id}': {
      parameters: [id],
      get: operation('getReport', 'The fact sheet', {
        answer: json(ref('Report'), 'The same as `report --format json`'),
        problems: [401, 404, 503],
      }),
    },
    '/api/broadcasts/{id}/report': {
      parameters: [id],
      get: operation('getFactSheet', 'The fact sheet as a document', {
        parameters: [
          query('format', { type: 'string', enum: ['json', 'md', 'html', 'pdf'], default: 'json' }, ''),
          query('tz', text, 'IANA time zone of its instants; default: HEADCOUNT_TIMEZONE'),
          query('download', text, 'sent as a file where present'),
        ],
        answer: media(
          {
            'application/json': { schema: ref('Report') },
            'text/markdown': { schema: text },
            'text/html': { schema: text },
            'application/pdf': { schema: { type: 'string', format: 'binary' } },
          },
          'One page; HTML is a file that needs nothing beside it',
        ),
        problems: [400, 401, 404, 503],
      }),
    },
    '/api/broadcasts/{id}/series': {
      parameters: [id],
      get: operation('getSeries', 'A row per second, or per step', {
        parameters: [
          from,
          to,
          query(
            'step',
            { type: 'string', pattern: '^\\d{1,5}s?$', default: '1s' },
            'seconds; levels are means, counters sums',
          ),
          query('format', { type: 'string', enum: ['json', 'csv'], default: 'json' }, 'CSV is that of `export series`'),
        ],
        answer: media(
          { 'application/json': { schema: ref('Series') }, 'text/csv': { schema: text } },
          'The rows from <= t < to',
        ),
        problems: [400, 401, 404, 503],
      }),
    },
    '/api/broadcasts/{id}/crashes': {
      parameters: [id],
      get: operation('getCrashes', 'Crash windows, by onset', {
        parameters: [
          from,
          to,
          query('format', { type: 'string', enum: ['json', 'csv', 'ndjson'], default: 'json' }, ''),
        ],
        answer: media(
          {
            'application/json': { schema: listOf(ref('CrashWindow')) },
            'text/csv': { schema: text },
            'application/x-ndjson': { schema: ref('CrashWindow') },
          },
          'The windows that touch the span',
        ),
        problems: [400, 401, 404, 503],
      }),
      post: operation('decideCrash', 'Acknowledges, dismisses or joins a crash window, or takes that back', {
        body: ref('NewDecision'),
        status: 201,
        answer: json(shape({ window: orNull(ref('CrashWindow')) }), 'The window as it is now'),
        problems: [400, 401, 403, 404, 409, 413, 415, 503],
      }),
    },
    '/api/broadcasts/{id}/actions': {
      parameters: [id],
      get: operation('getActions', 'What people did to it: notes, segments and decisions, by time', {
        answer: json(shape({ rev: { type: 'integer' }, actions: listOf(ref('Action')) }), 'Who did what, and when'),
        problems: [401, 404, 503],
      }),
    },
    '/api/broadcasts/{id}/stays': {
      parameters: [id],
      get: operation('getStays', 'Every presence interval, by start; sent as it is read', {
        parameters: [
          from,
          to,
          query('format', { type: 'string', enum: ['csv', 'json', 'ndjson', 'parquet'], default: 'csv' }, ''),
          query('pseudonymise', { type: 'string', minLength: 1 }, 'a key: ids are hashes with it'),
        ],
        answer: media(
          {
            'text/csv': { schema: text },
            'application/json': { schema: listOf(ref('Stay')) },
            'application/x-ndjson': { schema: ref('Stay') },
            'application/vnd.apache.parquet': { schema: { type: 'string', format: 'binary' } },
          },
          'The stays that touch the span',
        ),
        problems: [400, 401, 404, 503],
      }),
    },
    '/api/broadcasts/{id}/chart.svg': { parameters: [id], get: chart('getChartSvg', 'image/svg+xml') },
    '/api/broadcasts/{id}/chart.png': { parameters: [id], get: chart('getChartPng', 'image/png') },
    '/api/broadcasts/{id}/live': {
      parameters: [id],
      get: operation('followBroadcast', 'One broadcast as it changes, as server-sent events', {
        parameters: [
          {
            name: 'Last-Event-ID',
            in: 'header',
            schema: text,
            description: 'the id of the last event that was received: everything since then follows',
          },
          query('after', text, 'the same, for clients that cannot send the header'),
        ],
        answer: stream('`frame` carries what changed, all of it where `reset`; `beat` that nothing did'),
        problems: [401, 404, 503],
      }),
    },
    '/api/broadcasts/{id}/notes': {
      parameters: [id],
      get: operation('getNotes', 'The notes that hold, by time', {
        answer: json(shape({ notes: listOf(ref('Note')) }), 'By time'),
        problems: [401, 404, 503],
      }),
      post: operation('addNote', "Adds an operator's note, or corrects or takes back one", {
        body: ref('NewNote'),
        status: 201,
        answer: json(ref('Note'), 'Kept as an event like any other'),
        problems: [400, 401, 403, 404, 413, 415, 503],
      }),
    },
    '/api/broadcasts/{id}/segments': {
      parameters: [id],
      get: operation('getSegments', 'Named chapters, by their start', {
        answer: json(shape({ segments: listOf(ref('Segment')) }), 'The segments that hold'),
        problems: [401, 404, 503],
      }),
      post: operation('addSegment', 'Starts, ends or corrects a segment', {
        body: ref('NewSegment'),
        status: 201,
        answer: json(shape({ marks: listOf(ref('SegmentMark')) }), 'Kept as events like any other'),
        problems: [400, 401, 403, 404, 413, 415, 503],
      }),
    },
    '/api/broadcasts/{id}/claims': {
      parameters: [id],
      get: operation('getClaims', 'Claims kept with the broadcast, each with its verdict as of now', {
        answer: json(shape({ claims: listOf(ref('CheckedClaim')) }), 'By when they were entered'),
        problems: [401, 404, 503],
      }),
      post: operation('checkClaim', 'Checks a claim, and keeps it unless keep is false', {
        body: ref('NewClaim'),
        status: 201,
        answer: json(ref('CheckedClaim'), 'Kept; the same claim entered twice is one'),
        also: { 200: json(ref('CheckedClaim'), 'Checked and not kept') },
        problems: [400, 401, 403, 404, 413, 415, 503],
      }),
    },
    '/api/broadcasts/{id}/claims/{claim}': {
      parameters: [id, { name: 'claim', in: 'path', required: true, schema: text }],
      delete: operation('removeClaim', 'Takes a claim back', {
        status: 204,
        answer: { description: 'It is gone' },
        problems: [401, 403, 404, 503],
      }),
    },
    '/api/openapi.json': {
      get: operation('getDescription', 'This document', {
        answer: json({ type: 'object' }, 'OpenAPI 3.1'),
        problems: [401],
      }),
    },
    '/healthz': {
      get: operation('isAlive', 'The process answers; open to everybody', {
        answer: json(shape({ status: { const: 'ok' } }), 'It does'),
        problems: [],
      }),
    },
    '/readyz': {
      get: operation('isReady', 'The store answers; open to everybody', {
        answer: json(shape({ status: { const: 'ready' } }), 'It does'),
        problems: [503],
      }),
    },
  },
  components: {
    schemas: SCHEMAS,
    securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: 'headcount-session' } },
  },
} as const;

interface Operation {
  parameters?: readonly Parameter[];
  body?: Schema;
  /** default: 200 */
  status?: number;
  answer: Schema;
  /** other answers that are no problem, by status */
  also?: Readonly<Record<number, Schema>>;
  problems: readonly number[];
}

function operation(operationId: string, summary: string, about: Operation): Schema {
  const responses: Record<string, Schema> = { [about.status ?? 200]: about.answer };
  for (const [status, answer] of Object.entries(about.also ?? {})) responses[status] = answer;
  for (const status of about.problems) {
    responses[status] = media(
      { 'application/problem+json': { schema: ref('Problem') } },
      PROBLEMS[status] ?? 'Problem',
    );
  }
  return {
    operationId,
    summary,
    ...(about.parameters !== undefined && { parameters: about.parameters }),
    ...(about.body !== undefined && {
      requestBody: { required: true, content: { 'application/json': { schema: about.body } } },
    }),
    responses,
  };
}

function chart(operationId: string, type: string): Schema {
  const pixels = (name: 'width' | 'height', usual: number): Parameter =>
    query(name, { type: 'integer', minimum: SMALLEST[name], maximum: LARGEST[name], default: usual }, 'pixels');
  return operation(operationId, 'The audience chart as a picture', {
    parameters: [
      from,
      to,
      pixels('width', 1200),
      pixels('height', 675),
      query('theme', { type: 'string', enum: [...THEMES], default: THEMES[0] }, ''),
      query('compare', text, `ids of up to ${MOST_OTHERS} other broadcasts or published figures, with commas`),
      query('align', { type: 'string', enum: [...ALIGNMENTS], default: ALIGNMENTS[0] }, 'what stands at zero'),
      query('segment', text, 'label of the segment to align at'),
      query('scale', { type: 'string', enum: [...SCALES], default: SCALES[0] }, ''),
      query('tz', text, 'IANA time zone of the axis; default: HEADCOUNT_TIMEZONE'),
      query('download', text, 'sent as a file where present'),
    ],
    answer: media(
      { [type]: { schema: type === 'image/png' ? { type: 'string', format: 'binary' } : text } },
      'The picture',
    ),
    problems: [400, 401, 404, 422, 503],
  });
}

function query(name: string, schema: Schema, description: string): Parameter {
  return { name, in: 'query', schema, ...(description !== '' && { description }) };
}

function json(schema: Schema, description: string): Schema {
  return media({ 'application/json': { schema } }, description);
}

function stream(description: string): Schema {
  return media({ 'text/event-stream': { schema: text } }, description);
}

function media(content: Readonly<Record<string, Schema>>, description: string): Schema {
  return { description, content };
}
