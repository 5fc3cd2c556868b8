import { describe, expect, it } from 'vitest';
import { parseRecord } from '../../lib/event/parse.ts';
import { liveKitEvents } from './livekit.ts';

const room = { sid: 'RM_1', name: 'launch' };
const common = { ts: 1_700_000_000_000, broadcast: 'launch', room: 'launch/RM_1', id: 'EV_1', source: 'livekit' };

function webhook(event: string, participant: object = {}, more: object = {}) {
  return {
    event,
    room,
    participant: { sid: 'PA_1', identity: 'ann', ...participant },
    id: 'EV_1',
    createdAt: '1700000000',
    ...more,
  };
}

const one = (event: string, participant?: object) => liveKitEvents(webhook(event, participant), null)[0];

describe('a LiveKit webhook', () => {
  it('opens and ends the session of a room', () => {
    expect(liveKitEvents(webhook('room_started'), null)).toEqual([{ type: 'room_start', ...common }]);
    expect(liveKitEvents(webhook('room_finished'), null)).toEqual([{ type: 'room_end', ...common }]);
  });

  it('lets a participant join, with what LiveKit knows of them', () => {
    expect(one('participant_joined', { region: 'fra', attributes: { client: 'ios', colour: 'red' } })).toEqual({
      type: 'join',
      ...common,
      listener: 'ann',
      connection: 'PA_1',
      role: 'listener',
      heartbeatMs: 0,
      attrs: { client: 'ios', region: 'fra' },
    });
  });

  it.each([
    ['someone who may publish', { permission: { canPublish: true } }, 'listener'],
    ['someone who publishes', { isPublisher: true }, 'speaker'],
    ['an ingress', { kind: 'INGRESS' }, 'host'],
    ['an ingress by its number', { kind: 1 }, 'host'],
    ['who is said to be it', { attributes: { role: 'host' } }, 'host'],
  ])('takes %s for what they are', (_, participant, role) => {
    expect(one('participant_joined', participant)).toMatchObject({ role });
  });

  it.each([
    ['a recorder', { kind: 'EGRESS' }],
    ['an agent', { kind: 'AGENT' }],
    ['a hidden one', { permission: { hidden: true } }],
    ['a recorder of old', { permission: { recorder: true } }],
  ])('leaves out %s', (_, participant) => {
    expect(one('participant_joined', participant)).toBeUndefined();
    expect(one('participant_left', participant)).toBeUndefined();
  });

  it.each([
    ['CLIENT_INITIATED', 'left'],
    ['DUPLICATE_IDENTITY', 'replaced'],
    ['SERVER_SHUTDOWN', 'server'],
    [3, 'server'],
    ['PARTICIPANT_REMOVED', 'kicked'],
    ['ROOM_CLOSED', 'room_ended'],
    ['SIGNAL_CLOSE', 'error'],
    ['CONNECTION_TIMEOUT', 'timeout'],
    [undefined, 'other'],
    ['SOMETHING_NEW', 'other'],
  ])('ends a stay with %s as %s', (disconnectReason, reason) => {
    expect(one('participant_left', { disconnectReason })).toEqual({
      type: 'leave',
      ...common,
      listener: 'ann',
      connection: 'PA_1',
      reason,
    });
  });

  it('counts one that never got in as a fatal error', () => {
    expect(one('participant_connection_aborted', { disconnectReason: 'MEDIA_FAILURE' })).toEqual({
      type: 'error',
      ...common,
      listener: 'ann',
      connection: 'PA_1',
      code: 'media',
      fatal: true,
    });
  });

  it('says when webhooks were lost before it', () => {
    const events = liveKitEvents(webhook('track_published', {}, { numDropped: 3 }), 'evening');
    expect(events).toEqual([
      expect.objectContaining({
        type: 'note',
        broadcast: 'evening',
        label: expect.stringContaining('gave up on 3 webhooks'),
      }),
    ]);
  });

  it('understands the names of the schema too', () => {
    const [event] = liveKitEvents(
      {
        event: 'participant_left',
        room,
        participant: { identity: 'ann', disconnect_reason: 1 },
        created_at: 1_700_000_000,
      },
      null,
    );
    expect(event).toMatchObject({ ts: common.ts, reason: 'left' });
  });

  it('gives nothing for what says nothing of an audience', () => {
    for (const event of ['track_published', 'egress_started', ''])
      expect(liveKitEvents(webhook(event), null)).toEqual([]);
  });

  it('passes the door, with a room name of any length', () => {
    const long = { ...webhook('participant_joined'), room: { sid: 'RM_1', name: 'x'.repeat(200) } };
    const parsed = liveKitEvents(long, 'evening').map((event) => parseRecord(Buffer.from(JSON.stringify(event)), null));
    expect(parsed).toEqual([
      { kind: 'event', event: expect.objectContaining({ room: expect.stringMatching(/^x+\/RM_1$/) }) },
    ]);
    const undated = liveKitEvents({ ...webhook('participant_joined'), createdAt: undefined }, null);
    expect(undated.map((event) => parseRecord(Buffer.from(JSON.stringify(event)), null).kind)).toEqual(['rejected']);
  });
});
