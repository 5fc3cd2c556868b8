/** Which methods an address of the API takes, by its own description. */
import { DOCUMENT } from '../api/openapi.json/document.ts';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

const ADDRESSES = Object.entries(DOCUMENT.paths).map(([path, item]) => ({
  pattern: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}/?$`),
  methods: METHODS.filter((method) => method in item).map((method) => method.toUpperCase()),
}));

/** Null where the address is none of the API; with a GET goes a HEAD, and OPTIONS always. */
export function allowedMethods(path: string): string[] | null {
  const found = ADDRESSES.find(({ pattern }) => pattern.test(path));
  if (found === undefined) return null;
  return [...found.methods, ...(found.methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'];
}
