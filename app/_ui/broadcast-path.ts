/** Addresses of a broadcast. An id may hold any character; a path segment carries it encoded. */

export function broadcastPath(broadcast: string, page: '' | 'replay' | 'claims' = ''): string {
  return `/b/${encodeSegment(broadcast)}${page === '' ? '' : `/${page}`}`;
}

export function apiPath(broadcast: string, tail: string): string {
  return `/api/broadcasts/${encodeSegment(broadcast)}${tail}`;
}

/** The id out of a path segment as the router hands it over; null where the encoding is broken. */
export function decodeSegment(segment: string): string | null {
  try {
    const text = decodeURIComponent(segment);
    return /^~+\.{1,2}$/.test(text) ? text.slice(1) : text;
  } catch {
    return null;
  }
}

/** `.` and `..` would be taken for directories, so they travel as `~.` and `~..`. */
function encodeSegment(broadcast: string): string {
  return encodeURIComponent(/^~*\.{1,2}$/.test(broadcast) ? `~${broadcast}` : broadcast);
}
