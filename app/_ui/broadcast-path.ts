/** Addresses of a broadcast. An id may hold any character; a path segment carries it encoded. */

export function broadcastPath(broadcast: string, page: '' | 'replay' | 'claims' = ''): string {
  return `/b/${encodeSegment(broadcast)}${page === '' ? '' : `/${page}`}`;
}

export function apiPath(broadcast: string, tail: string): string {
  return `/api/broadcasts/${encodeSegment(broadcast)}${tail}`;
}

/** The id out of a page's parameter, which arrives encoded; null where the encoding is broken. */
export function idOfPage(param: string): string | null {
  try {
    return idOfRoute(decodeURIComponent(param));
  } catch {
    return null;
  }
}

/** The id out of a route handler's parameter, which arrives decoded. */
export function idOfRoute(param: string): string {
  return /^~+\.{1,2}$/.test(param) ? param.slice(1) : param;
}

/** `.` and `..` would be taken for directories, so they travel as `~.` and `~..`. */
function encodeSegment(broadcast: string): string {
  return encodeURIComponent(/^~*\.{1,2}$/.test(broadcast) ? `~${broadcast}` : broadcast);
}
