/** Who listens, and with what: ids, clients, regions, edge sites, gateways. */
import { type Random, weighted } from './random.ts';

export type Attrs = Readonly<Record<string, string>>;

const CLIENTS = [
  ['ios', 0.42],
  ['android', 0.31],
  ['web', 0.22],
  ['tv', 0.05],
] as const;
const VERSIONS = [
  ['5.1', 0.58],
  ['5.0', 0.3],
  ['4.9', 0.12],
] as const;
const REGIONS = [
  ['us', 0.52],
  ['eu', 0.27],
  ['ap', 0.13],
  ['sa', 0.08],
] as const;
type Region = (typeof REGIONS)[number][0];
const EDGES_OF: Readonly<Record<Region, readonly (readonly [string, number])[]>> = {
  us: [
    ['iad-1', 0.5],
    ['ord-1', 0.25],
    ['sjc-1', 0.25],
  ],
  eu: [
    ['fra-1', 0.5],
    ['lhr-1', 0.5],
  ],
  ap: [
    ['sin-1', 0.55],
    ['nrt-1', 0.45],
  ],
  sa: [['gru-1', 1]],
};
export const EDGES: readonly string[] = Object.values(EDGES_OF).flatMap((edges) => edges.map(([edge]) => edge));
export const SOURCES: readonly string[] = Array.from({ length: 8 }, (_, index) => `gw-${index + 1}`);

/** Share of listeners served by an edge site of another region. */
const ROAMING = 0.06;

export class Listener {
  readonly id: string;
  readonly source: string;
  readonly region: Region;
  readonly edge: string;
  /** when this person leaves of their own accord, had nothing happened; epoch ms */
  endsAt = 0;
  /** learns of a new room this many times later than the median */
  readonly hearsay: number;
  /** connections asked for so far */
  connections = 0;
  /** connections present */
  open = 0;
  /** bit per window: dropped in it; blocked in it */
  droppedIn = 0;
  blockedIn = 0;
  /** the window whose loss lasts, else -1 */
  lostIn = -1;
  lostAt = 0;
  firstDropAt = 0;
  /** counted as back within five minutes of the first drop */
  backInTime = false;

  constructor(index: number, hearsay: number, random: Random) {
    const scrambled = scramble(index);
    this.id = `u${scrambled.toString(36).padStart(7, '0')}`;
    this.source = SOURCES[scrambled % SOURCES.length] ?? 'gw-1';
    this.region = weighted(random, REGIONS);
    this.edge = random() < ROAMING ? anyEdge(random) : weighted(random, EDGES_OF[this.region]);
    this.hearsay = hearsay;
  }
}

/** A one-to-one map of 32 bits, so that ids tell nothing of the order of arrival and never meet. */
function scramble(index: number): number {
  let z = Math.imul(index + 1, 0x9e3779b1);
  z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
  return (z ^ (z >>> 16)) >>> 0;
}

export function anyEdge(random: Random): string {
  return EDGES[Math.floor(random() * EDGES.length)] ?? 'iad-1';
}

const known = new Map<string, Attrs>();

/** The attributes of a connection, one shared object for each combination. */
function sharedAttrs(client: string, version: string, region: string, edge: string): Attrs {
  const key = `${client} ${version} ${region} ${edge}`;
  let attrs = known.get(key);
  if (attrs === undefined) {
    attrs = Object.freeze({ client, version, region, edge });
    known.set(key, attrs);
  }
  return attrs;
}

export function drawAttrs(listener: Listener, random: Random): Attrs {
  return sharedAttrs(weighted(random, CLIENTS), weighted(random, VERSIONS), listener.region, listener.edge);
}

/** The same client at another edge site. */
export function movedAttrs(attrs: Attrs, random: Random): Attrs {
  let edge = anyEdge(random);
  while (edge === attrs.edge) edge = anyEdge(random);
  return sharedAttrs(attrs.client ?? '', attrs.version ?? '', attrs.region ?? '', edge);
}
