import fc from 'fast-check';
import { expect, it } from 'vitest';
import { apiPath, broadcastPath, idOfPage, idOfRoute } from './broadcast-path.ts';

const ids = fc.oneof(
  fc.string({ minLength: 1, maxLength: 128, unit: 'grapheme' }),
  fc.constantFrom('.', '..', '~.', '~~..', 'a/b', '100%', '%2F', '#7', '?x=1', 'ü 日本', '\\'),
);

it('carries every id through an address and back', () => {
  fc.assert(
    fc.property(ids, (id) => {
      const url = new URL(broadcastPath(id), 'http://host');
      expect(url.pathname.startsWith('/b/')).toBe(true);
      const segment = url.pathname.slice(3);
      expect(segment).not.toContain('/');
      expect(idOfPage(segment)).toBe(id);
    }),
  );
});

it('carries every id to a route handler, which reads it decoded', () => {
  fc.assert(
    fc.property(ids, (id) => {
      const segment = new URL(apiPath(id, '/live'), 'http://host').pathname.split('/')[3] ?? '';
      expect(idOfRoute(decodeURIComponent(segment))).toBe(id);
    }),
  );
});

it('says nothing about a segment whose encoding is broken', () => expect(idOfPage('%E0%A4%A')).toBeNull());
