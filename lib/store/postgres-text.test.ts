import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromPostgres, toPostgres } from './postgres-text.ts';

const texts = fc.array(fc.constantFrom('\u0000', '\u0001', '\u0002', 'a', 'ü', '🎙'), { maxLength: 8 });

describe('text for PostgreSQL', () => {
  it('has no U+0000 and comes back as it was', () => {
    fc.assert(
      fc.property(texts, (parts) => {
        const text = parts.join('');
        expect(toPostgres(text)).not.toContain('\u0000');
        expect(fromPostgres(toPostgres(text))).toBe(text);
      }),
    );
  });

  it('keeps its order', () => {
    fc.assert(
      fc.property(texts, texts, (a, b) => {
        const [left, right] = [Buffer.from(a.join('')), Buffer.from(b.join(''))];
        const [storedLeft, storedRight] = [Buffer.from(toPostgres(a.join(''))), Buffer.from(toPostgres(b.join('')))];
        expect(Buffer.compare(storedLeft, storedRight)).toBe(Buffer.compare(left, right));
      }),
    );
  });
});
