import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DOCUMENT } from './document.ts';

const APP = join(import.meta.dirname, '..', '..');
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** `GET /api/broadcasts/{id}` of every route handler; the one that answers unknown addresses and the sign-in are none of the API. */
function handled(): string[] {
  return readdirSync(APP, { recursive: true, encoding: 'utf8' })
    .filter((file) => /^(api\/.*|healthz|readyz)\/route\.ts$/.test(file) && !file.includes('[...'))
    .flatMap((file) => {
      const path = `/${dirname(file).replaceAll('[', '{').replaceAll(']', '}')}`;
      const code = readFileSync(join(APP, file), 'utf8');
      return METHODS.filter((method) => new RegExp(`^export (async )?function ${method}\\(`, 'm').test(code)).map(
        (method) => `${method} ${path}`,
      );
    })
    .sort();
}

function described(): string[] {
  return Object.entries(DOCUMENT.paths)
    .flatMap(([path, item]) =>
      METHODS.filter((method) => method.toLowerCase() in item).map((method) => `${method} ${path}`),
    )
    .sort();
}

function* valuesOf(value: unknown): Generator<[string, unknown]> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, child] of Object.entries(value)) {
    yield [key, child];
    yield* valuesOf(child);
  }
}

describe('the description of the API', () => {
  it('has every address that is answered, and no other', () => {
    expect(described()).toEqual(handled());
  });

  it('points only at schemas it has', () => {
    const refs = [...valuesOf(DOCUMENT)].filter(([key]) => key === '$ref').map(([, to]) => String(to));
    const known = Object.keys(DOCUMENT.components.schemas).map((name) => `#/components/schemas/${name}`);
    expect(refs.length).toBeGreaterThan(0);
    expect(refs.filter((to) => !known.includes(to))).toEqual([]);
    expect(known.filter((name) => !refs.includes(name))).toEqual([]);
  });

  it('names every operation once, and every parameter of a path', () => {
    const ids = [...valuesOf(DOCUMENT.paths)].filter(([key]) => key === 'operationId').map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [path, item] of Object.entries(DOCUMENT.paths)) {
      const names = 'parameters' in item ? item.parameters.map(({ name }) => name) : [];
      expect([...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1])).toEqual(names);
    }
  });

  it('is plain JSON', () => {
    expect(JSON.parse(JSON.stringify(DOCUMENT))).toEqual(DOCUMENT);
  });
});
