/**
 * LiveKit's webhook (a WebhookEvent as protobuf JSON) as events.
 *
 *   room_started                     room_start
 *   participant_joined               join; role from the participant's attribute `role`, else host for an ingress, else
 *                                    speaker where it publishes already, else listener: the right to publish makes no speaker,
 *                                    as LiveKit grants it to everyone who does not renounce it
 *   participant_left                 leave, with the disconnect reason
 *   participant_connection_aborted   error, fatal: it never got in
 *   room_finished                    room_end
 *
 * Recorders, agents and hidden participants are no audience. A room is a session (its sid): LiveKit may open another
 * under the same name. LiveKit dates events to the second, and sends no heartbeats.
 */
import { isJsonObject, type JsonObject } from '../../lib/event/fields.ts';
import { ATTRIBUTE_LENGTH, ROOM_LENGTH } from '../../lib/event/limits.ts';

/** An event about to be printed as a line; the door judges it like any other. */
export type OutgoingEvent = Readonly<Record<string, unknown>>;

/** LiveKit's DisconnectReason, by its number, with what it means here. */
const REASONS: readonly (readonly [name: string, leave: string, code: string])[] = [
  ['UNKNOWN_REASON', 'other', 'network'],
  ['CLIENT_INITIATED', 'left', 'network'],
  ['DUPLICATE_IDENTITY', 'replaced', 'auth'],
  ['SERVER_SHUTDOWN', 'server', 'server'],
  ['PARTICIPANT_REMOVED', 'kicked', 'auth'],
  ['ROOM_DELETED', 'room_ended', 'server'],
  ['STATE_MISMATCH', 'error', 'server'],
  ['JOIN_FAILURE', 'error', 'network'],
  ['MIGRATION', 'replaced', 'server'],
  ['SIGNAL_CLOSE', 'error', 'network'],
  ['ROOM_CLOSED', 'room_ended', 'server'],
  ['USER_UNAVAILABLE', 'left', 'network'],
  ['USER_REJECTED', 'left', 'network'],
  ['SIP_TRUNK_FAILURE', 'error', 'network'],
  ['CONNECTION_TIMEOUT', 'timeout', 'timeout'],
  ['MEDIA_FAILURE', 'error', 'media'],
];
/** Participants' kinds, by number. */
const KINDS = ['STANDARD', 'INGRESS', 'EGRESS', 'SIP', 'AGENT'] as const;
const ROLES = ['listener', 'speaker', 'host'] as const;
const ATTRIBUTE_NAMES = ['client', 'version', 'region', 'edge'] as const;

/** `broadcast`: what the address names, else null: the room's name. An event of no interest gives none. */
export function liveKitEvents(webhook: JsonObject, broadcast: string | null): OutgoingEvent[] {
  const room = objectOf(webhook.room);
  const name = textOf(room.name);
  const at = Number(either(webhook, 'createdAt', 'created_at')) * 1000;
  const id = textOf(webhook.id);
  const base = {
    ts: at,
    broadcast: broadcast ?? name,
    room: roomName(name, textOf(room.sid)),
    ...(id === '' ? {} : { id }),
    source: 'livekit',
  };
  const dropped = Number(either(webhook, 'numDropped', 'num_dropped') ?? 0);
  return [...eventsOf(webhook, base), ...(dropped > 0 ? [droppedNote(base, id, dropped)] : [])];
}

function eventsOf(webhook: JsonObject, base: OutgoingEvent): OutgoingEvent[] {
  if (webhook.event === 'room_started') return [{ type: 'room_start', ...base }];
  if (webhook.event === 'room_finished') return [{ type: 'room_end', ...base }];
  const participant = objectOf(webhook.participant);
  if (!isAudience(participant)) return [];
  const one = { ...base, listener: textOf(participant.identity), connection: textOf(participant.sid) };
  const [, reason, code] = reasonOf(either(participant, 'disconnectReason', 'disconnect_reason'));
  switch (webhook.event) {
    case 'participant_joined':
      return [{ type: 'join', ...one, role: roleOf(participant), heartbeatMs: 0, attrs: attrsOf(participant) }];
    case 'participant_left':
      return [{ type: 'leave', ...one, reason }];
    case 'participant_connection_aborted':
      return [{ type: 'error', ...one, code, fatal: true }];
    default:
      return [];
  }
}

/** LiveKit says how many webhooks it gave up on before this one: the numbers may be short by them. */
function droppedNote(base: OutgoingEvent, id: string, dropped: number): OutgoingEvent {
  return {
    ...base,
    type: 'note',
    id: `${id}/dropped`,
    label: `LiveKit gave up on ${dropped} webhooks before this moment: joins and leaves may be missing.`,
    author: 'LiveKit',
  };
}

function isAudience(participant: JsonObject): boolean {
  const permission = objectOf(participant.permission);
  const kind = kindOf(participant);
  return kind !== 'EGRESS' && kind !== 'AGENT' && permission.hidden !== true && permission.recorder !== true;
}

function roleOf(participant: JsonObject): (typeof ROLES)[number] {
  const said = objectOf(participant.attributes).role;
  const role = ROLES.find((candidate) => candidate === said);
  if (role !== undefined) return role;
  if (kindOf(participant) === 'INGRESS') return 'host';
  return either(participant, 'isPublisher', 'is_publisher') === true ? 'speaker' : 'listener';
}

function kindOf(participant: JsonObject): unknown {
  const { kind } = participant;
  return typeof kind === 'number' ? KINDS[kind] : (kind ?? 'STANDARD');
}

/** The breakdowns this product knows, where the participant's attributes or LiveKit say them. */
function attrsOf(participant: JsonObject): Readonly<Record<string, string>> {
  const attributes = objectOf(participant.attributes);
  const attrs: Record<string, string> = {};
  for (const name of ATTRIBUTE_NAMES) {
    const value = textOf(attributes[name]) || (name === 'region' ? textOf(participant.region) : '');
    if (value !== '') attrs[name] = value.slice(0, ATTRIBUTE_LENGTH);
  }
  return attrs;
}

/** Protobuf JSON leaves the first of an enumeration out. */
function reasonOf(value: unknown): readonly [string, string, string] {
  const unknown = ['', 'other', 'network'] as const;
  if (typeof value === 'number') return REASONS[value] ?? unknown;
  return REASONS.find(([name]) => name === (value ?? 'UNKNOWN_REASON')) ?? unknown;
}

function roomName(name: string, sid: string): string {
  if (sid === '') return name;
  const room = name.slice(0, Math.max(0, ROOM_LENGTH - sid.length - 1));
  return room === '' ? sid : `${room}/${sid}`;
}

/** A field under its JSON name, or its name in the schema. */
function either(object: JsonObject, json: string, schema: string): unknown {
  return object[json] ?? object[schema];
}

function objectOf(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
