/** Records of a made-up crowd as lines, as a producer would send them: about 170 bytes each, the same every time. */

export const START = Date.UTC(2026, 0, 1, 20);
const CLIENTS = ['web', 'ios', 'android', 'tv'];
const REGIONS = ['us', 'eu', 'ap'];
const EDGES = ['sjc-1', 'iad-1', 'fra-1', 'nrt-1', 'gru-1'];

export interface Made {
  /** whole lines, the last one with its line end too */
  bytes: Buffer;
  records: number;
}

function nameOf(n: number): string {
  return `u${n.toString(36).padStart(7, '0')}`;
}

/** Attributes come in few combinations, as they do. */
function attrsOf(n: number): string {
  return `{"client":"${CLIENTS[n % 4]}","version":"5.${n % 3}","region":"${REGIONS[n % 3]}","edge":"${EDGES[n % 5]}"}`;
}

function head(type: string, ts: number, broadcast: string, n: number, id: number): string {
  return `{"type":"${type}","ts":${ts},"broadcast":"${broadcast}","room":"main","listener":"${nameOf(n)}","connection":"${nameOf(n)}-1","id":"${id}","source":"gw-${n % 8}"`;
}

/** Joins of listeners [from, to), `perMs` of them a millisecond from `at` on. */
export function joins(
  from: number,
  to: number,
  at: number,
  perMs: number,
  heartbeatMs: number,
  broadcast = 'show',
): Made {
  const lines: string[] = [];
  for (let n = from; n < to; n++) {
    const ts = at + Math.floor((n - from) / perMs);
    lines.push(`${head('join', ts, broadcast, n, 0)},"heartbeatMs":${heartbeatMs},"attrs":${attrsOf(n)}}\n`);
  }
  return { bytes: Buffer.from(lines.join(''), 'latin1'), records: lines.length };
}

/** One heartbeat of every listener in [from, to), in an order of its own, spread evenly over `lastsMs` from `at` on. */
export function heartbeats(
  from: number,
  to: number,
  at: number,
  lastsMs: number,
  id: number,
  broadcast = 'show',
): Made {
  const count = to - from;
  const step = strideOf(count);
  const lines: string[] = [];
  for (let i = 0, n = 0; i < count; i++, n = (n + step) % count) {
    lines.push(`${head('heartbeat', at + Math.floor((i * lastsMs) / count), broadcast, from + n, id)}}\n`);
  }
  return { bytes: Buffer.from(lines.join(''), 'latin1'), records: count };
}

/** A step that visits all of `count` places far from each other. */
function strideOf(count: number): number {
  let step = Math.max(1, Math.floor(count * 0.618));
  while (gcd(step, count) !== 1) step++;
  return step;
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}

/** Calls `take` with the place of every line. */
export function eachLine({ bytes }: Made, take: (bytes: Buffer, start: number, end: number) => void): void {
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(0x0a, start);
    take(bytes, start, end);
    start = end + 1;
  }
}
