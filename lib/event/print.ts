/** An event as one line of the log: what the door reads back as the equal event. */
import { type BroadcastEvent, isControl } from './event.ts';

/** One JSON object without a line end; fields in the order of the contract's table, those not sent left out. */
export function printEvent(event: BroadcastEvent): string {
  const common = {
    type: event.type,
    ts: event.ts,
    broadcast: event.broadcast,
    room: event.roomSent ? event.room : undefined,
  };
  if (isControl(event)) {
    return JSON.stringify({
      ...common,
      id: sent(event.id),
      source: sent(event.source),
      label: sent(event.label),
      author: sent(event.author),
      replaces: sent(event.replaces),
      startsAt: sent(event.startsAt),
    });
  }
  return JSON.stringify({
    ...common,
    listener: event.listener,
    connection: event.connection === '' ? undefined : event.connection,
    id: sent(event.id),
    role: sent(event.role),
    heartbeatMs: sent(event.heartbeatMs),
    startupMs: sent(event.startupMs),
    code: event.type === 'error' ? event.code : undefined,
    fatal: sent(event.fatal),
    reason: sent(event.reason),
    attrs: sent(event.attrs),
    source: sent(event.source),
  });
}

/** JSON.stringify leaves undefined out. */
function sent<T>(value: T | null): T | undefined {
  return value ?? undefined;
}
