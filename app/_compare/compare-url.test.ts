import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ALIGNMENTS, SCALES } from '../../lib/compare/align.ts';
import { KINDS } from '../../lib/compare/kind.ts';
import { LAYOUTS, parseCompare, printCompare } from './compare-url.ts';

const parse = (query: URLSearchParams) => parseCompare((name) => query.getAll(name));

describe('the link to a comparison', () => {
  it('begins with peaks of all, at their start, in listeners, on one chart', () => {
    expect(parse(new URLSearchParams())).toEqual({
      ids: [],
      kind: 'peak',
      align: 'start',
      segment: null,
      scale: 'listeners',
      layout: 'overlay',
      shown: null,
    });
  });

  it('takes what the list of broadcasts says, each once', () => {
    expect(parse(new URLSearchParams('b=a&b=b&b=a&kind=souls')).ids).toEqual(['a', 'b']);
  });

  it('says again what it was read from', () => {
    const ids = fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 5 });
    fc.assert(
      fc.property(
        fc.record({
          ids,
          kind: fc.constantFrom(...KINDS),
          align: fc.constantFrom(...ALIGNMENTS),
          segment: fc.option(fc.string({ minLength: 1 })),
          scale: fc.constantFrom(...SCALES),
          layout: fc.constantFrom(...LAYOUTS),
          shown: fc.option(ids),
        }),
        (choice) => {
          expect(parse(new URLSearchParams(String(printCompare(choice))))).toEqual(choice);
        },
      ),
    );
  });
});
