import { describe, expect, it } from 'vitest';
import { parseRecord } from '../../lib/event/parse.ts';
import { owncastEvents } from './owncast.ts';

const NOW = 1_700_000_009_000;
const common = { ts: 1_700_000_000_123, broadcast: 'tv.example', id: 'e1', source: 'owncast' };

function webhook(type: string, data: object = {}) {
  return {
    type,
    eventData: { id: 'e1', timestamp: '2023-11-14T22:13:20.123456789Z', serverURL: 'https://tv.example/', ...data },
  };
}
const ann = { user: { id: 'ann', displayName: 'Ann', isBot: false } };

describe('an Owncast webhook', () => {
  it('counts the people in the chat', () => {
    expect(owncastEvents(webhook('USER_JOINED', ann), null, NOW)).toEqual([
      { type: 'join', ...common, listener: 'ann', heartbeatMs: 0 },
    ]);
    expect(owncastEvents(webhook('CHAT', ann), null, NOW)).toEqual([{ type: 'comment', ...common, listener: 'ann' }]);
    expect(owncastEvents(webhook('USER_PARTED', ann), null, NOW)).toEqual([
      { type: 'leave', ...common, listener: 'ann' },
    ]);
  });

  it('lets the encoder join and leave as the host', () => {
    const started = owncastEvents(webhook('STREAM_STARTED', { streamTitle: 'Evening' }), null, NOW);
    expect(started.map(({ type }) => type)).toEqual(['room_start', 'join', 'title']);
    expect(started[1]).toMatchObject({ listener: 'owncast/encoder', role: 'host' });
    expect(owncastEvents(webhook('STREAM_STOPPED'), null, NOW)).toEqual([
      { type: 'leave', ...common, listener: 'owncast/encoder' },
    ]);
  });

  it('takes a title, and leaves an empty one alone', () => {
    expect(owncastEvents(webhook('STREAM_TITLE_UPDATED', { streamTitle: 'Late' }), null, NOW)).toEqual([
      { type: 'title', ...common, id: 'e1/title', label: 'Late' },
    ]);
    expect(owncastEvents(webhook('STREAM_TITLE_UPDATED', { streamTitle: '' }), null, NOW)).toEqual([]);
  });

  it('leaves out bots and what says nothing of an audience', () => {
    for (const type of ['USER_JOINED', 'CHAT', 'USER_PARTED']) {
      expect(owncastEvents(webhook(type, { user: { id: 'bot', isBot: true } }), null, NOW)).toEqual([]);
    }
    expect(owncastEvents(webhook('NAME_CHANGE', ann), null, NOW)).toEqual([]);
  });

  it('is of the broadcast that the address names, and of now where it has no time', () => {
    const [event] = owncastEvents({ type: 'CHAT', eventData: ann }, 'evening', NOW);
    expect(event).toEqual({ type: 'comment', ts: NOW, broadcast: 'evening', source: 'owncast', listener: 'ann' });
  });

  it('passes the door, but not where nothing names the broadcast', () => {
    const doors = (events: readonly object[]) =>
      events.map((event) => parseRecord(Buffer.from(JSON.stringify(event)), null).kind);
    expect(doors(owncastEvents(webhook('STREAM_STARTED', { streamTitle: 'x'.repeat(500) }), null, NOW))).toEqual([
      'event',
      'event',
      'event',
    ]);
    expect(doors(owncastEvents(webhook('CHAT', { ...ann, serverURL: undefined }), null, NOW))).toEqual(['rejected']);
  });
});
