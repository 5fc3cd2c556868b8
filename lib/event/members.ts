/** Members of a JSON object as text, each with the comma that parts it from the next; nothing for what was not sent. */

/** Needs no escape: what JSON.stringify would put between quotes as it is. */
const PLAIN = /^[ !#-[\]-~\u00a0-\ud7ff]*$/;

export function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}

export function member(key: string, value: string | number | boolean | null): string {
  if (value === null) return '';
  return typeof value === 'string' ? `"${key}":${quoted(value)},` : `"${key}":${value},`;
}

/**
 * Attributes in the order of `keys`. Written by hand: an object would put keys like "10" first, whatever the order in
 * which they are set.
 */
export function attrsMember(attrs: Readonly<Record<string, string>> | null, keys: readonly string[]): string {
  if (attrs === null) return '';
  return `"attrs":{${keys.map((key) => `${quoted(key)}:${quoted(attrs[key] ?? '')}`).join(',')}},`;
}
