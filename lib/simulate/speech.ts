/** How a device's doings become events, with the small losses of the field: an id left out, a beat or a leave lost. */
import type { ListenerEvent, ListenerEventType } from '../event/event.ts';
import type { Device } from './device.ts';
import type { Outbox } from './outbox.ts';
import type { Plan } from './plan.ts';
import type { Random } from './random.ts';

/** Share of events a gateway sends without an id. */
const NO_ID = 0.004;
const LOST = { join: 0.001, leave: 0.004, heartbeat: 0.003, other: 0.0005 } as const;
/** Share of ordinary leaves that carry their reason, where the platform labels at all. */
const SAYS_LEFT = 0.5;

const SEQUENCES = Array.from({ length: 4096 }, (_, index) => index.toString(36));

export interface Speech {
  attempt(device: Device, at: number): void;
  join(device: Device, at: number): void;
  playing(device: Device, at: number): void;
  error(device: Device, at: number, code: string, fatal: boolean): void;
  /** an ordinary leave carries its reason only sometimes, any other always, and none where the platform does not label */
  leave(device: Device, at: number, reason: 'left' | 'error' | 'server' | 'replaced'): void;
  plain(device: Device, at: number, type: 'heartbeat' | 'comment' | 'stall' | 'resume'): void;
}

export function createSpeech(
  plan: Plan,
  { broadcast, heartbeatMs, labelled }: { broadcast: string; heartbeatMs: number; labelled: boolean },
  outbox: Outbox,
  random: Random,
): Speech {
  const rooms = plan.rooms.map(({ room }) => room);

  function event(type: ListenerEventType, device: Device, at: number): ListenerEvent {
    const sequence = device.sequence++;
    return {
      type,
      ts: at,
      broadcast,
      room: rooms[device.room] ?? broadcast,
      roomSent: true,
      id: random() < NO_ID ? null : (SEQUENCES[sequence] ?? sequence.toString(36)),
      source: device.listener.source,
      listener: device.listener.id,
      connection: device.connection,
      role: null,
      heartbeatMs: null,
      startupMs: null,
      code: '',
      fatal: null,
      reason: null,
      attrs: null,
    };
  }

  function send(sent: ListenerEvent, lost: number): void {
    if (random() >= lost) outbox.put(sent);
  }

  return {
    attempt(device, at) {
      const sent = event('attempt', device, at);
      sent.attrs = device.attrs;
      send(sent, LOST.other);
    },
    join(device, at) {
      const sent = event('join', device, at);
      sent.attrs = device.attrs;
      sent.heartbeatMs = heartbeatMs;
      send(sent, LOST.join);
    },
    playing(device, at) {
      const sent = event('playing', device, at);
      sent.startupMs = at - device.attemptedAt;
      send(sent, LOST.other);
    },
    error(device, at, code, fatal) {
      const sent = event('error', device, at);
      sent.code = code;
      sent.fatal = fatal;
      send(sent, LOST.other);
    },
    leave(device, at, reason) {
      const sent = event('leave', device, at);
      if (labelled && (reason !== 'left' || random() < SAYS_LEFT)) sent.reason = reason;
      // Without heartbeats a lost leave would leave someone present for ever; such platforms send it surely.
      send(sent, heartbeatMs > 0 ? LOST.leave : 0);
    },
    plain(device, at, type) {
      send(event(type, device, at), type === 'heartbeat' ? LOST.heartbeat : LOST.other);
    },
  };
}
