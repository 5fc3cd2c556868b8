/**
 * Owncast's webhooks as events. Owncast tells of people in the chat, not of players: what is counted is the chat.
 *
 *   STREAM_STARTED         room_start, the title, and the encoder joins as host
 *   STREAM_STOPPED         the encoder leaves; no room_end, as encoders drop and come back and a room_end holds for good
 *   STREAM_TITLE_UPDATED   title
 *   USER_JOINED            join
 *   USER_PARTED            leave (Owncast waits ten seconds for the person to come back before it says so)
 *   CHAT                   comment
 *
 * Bots are no audience. The other kinds say nothing of an audience.
 */
import { isJsonObject, type JsonObject } from '../../lib/event/fields.ts';
import { LABEL_LENGTH } from '../../lib/event/limits.ts';
import type { OutgoingEvent } from './livekit.ts';

/** the encoder, as a listener id of its own */
const ENCODER = 'owncast/encoder';

/** `broadcast`: what the address names, else null: the server's own name. `now`: wall clock, for a webhook that has no time, epoch ms. */
export function owncastEvents(webhook: JsonObject, broadcast: string | null, now: number): OutgoingEvent[] {
  const data = objectOf(webhook.eventData);
  const id = textOf(data.id);
  const at = typeof data.timestamp === 'string' ? Date.parse(data.timestamp) : Number.NaN;
  const base = {
    ts: Number.isNaN(at) ? now : at,
    broadcast: broadcast ?? serverName(data),
    ...(id === '' ? {} : { id }),
    source: 'owncast',
  };
  const user = objectOf(data.user);
  const one = { ...base, listener: textOf(user.id) };
  const encoder = { ...base, listener: ENCODER };
  switch (webhook.type) {
    case 'STREAM_STARTED':
      return [
        { type: 'room_start', ...base },
        { type: 'join', ...encoder, role: 'host', heartbeatMs: 0 },
        ...titles(data, base, id),
      ];
    case 'STREAM_STOPPED':
      return [{ type: 'leave', ...encoder }];
    case 'STREAM_TITLE_UPDATED':
      return titles(data, base, id);
    case 'USER_JOINED':
      return user.isBot === true ? [] : [{ type: 'join', ...one, heartbeatMs: 0 }];
    case 'USER_PARTED':
      return user.isBot === true ? [] : [{ type: 'leave', ...one }];
    case 'CHAT':
      return user.isBot === true ? [] : [{ type: 'comment', ...one }];
    default:
      return [];
  }
}

/** Ids of control events are of the whole broadcast: the start's own must not be the title's. */
function titles(data: JsonObject, base: OutgoingEvent, id: string): OutgoingEvent[] {
  const label = textOf(data.streamTitle).slice(0, LABEL_LENGTH);
  if (label === '') return [];
  return [{ type: 'title', ...base, label, ...(id === '' ? {} : { id: `${id}/title` }) }];
}

/** The host of its address; newer versions send it. '' where it is not said, which the door refuses. */
function serverName(data: JsonObject): string {
  const url = textOf(data.serverURL) || textOf(data.serverUrl);
  return URL.canParse(url) ? new URL(url).host : '';
}

function objectOf(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
