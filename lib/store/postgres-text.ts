/**
 * Text as PostgreSQL takes it. Its text holds every character but U+0000, which names may have; so U+0000 is kept as
 * U+0001 U+0001 and U+0001 as U+0001 U+0002. This can be undone, and texts keep their order. A lone surrogate becomes
 * U+FFFD on the way into UTF-8.
 */

export function toPostgres(text: string): string {
  if (!text.includes('\u0000') && !text.includes('\u0001')) return text;
  return text.replaceAll('\u0001', '\u0001\u0002').replaceAll('\u0000', '\u0001\u0001');
}

/** Every U+0001 begins a pair: the first pass meets whole pairs only, and leaves whole pairs. */
export function fromPostgres(text: string): string {
  if (!text.includes('\u0001')) return text;
  return text.replaceAll('\u0001\u0001', '\u0000').replaceAll('\u0001\u0002', '\u0001');
}
