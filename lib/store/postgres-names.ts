/** Numbers for broadcasts and row sets, by name: given out once in the store, remembered by each process. */
import type { GroupName } from '../presence/summary.ts';
import type { BroadcastChange, Checkpoint } from './checkpoint.ts';
import { int4Array, textArray } from './postgres-arrays.ts';
import type { Connection, PostgresPool } from './postgres-connection.ts';

export class PostgresNames {
  readonly #broadcastIds = new Map<string, number>();
  /** by broadcast id, then by room, attribute and value */
  readonly #groupIds = new Map<number, Map<string, number>>();

  forget(): void {
    this.#broadcastIds.clear();
    this.#groupIds.clear();
  }

  /** A broadcast that has fallen asleep. */
  forgetOne(broadcast: string): void {
    this.#groupIds.delete(this.broadcast(broadcast));
    this.#broadcastIds.delete(broadcast);
  }

  /** As `learn` has found it. */
  broadcast(broadcast: string): number {
    return this.#broadcastIds.get(broadcast) ?? 0;
  }

  /** As `learn` has found it. */
  group(broadcastId: number, group: GroupName): number {
    return this.#groupIds.get(broadcastId)?.get(groupKey(group)) ?? 0;
  }

  /**
   * Ids for broadcasts and row sets met for the first time, each in a statement of its own and in order: processes that
   * meet the same ones wait for each other only that long. Without the checkpoint they are names of nothing yet.
   */
  async learn(pool: PostgresPool, checkpoint: Checkpoint): Promise<void> {
    const names = new Set<string>();
    for (const change of checkpoint.partitions) for (const b of change.broadcasts) names.add(b.broadcast);
    for (const { broadcast } of checkpoint.standings) names.add(broadcast);
    const unknown = [...names].filter((name) => !this.#broadcastIds.has(name));
    if (unknown.length > 0) await pool.with((c) => this.#nameBroadcasts(c, unknown));
    const groups = new Map<string, GroupName & { id: number }>();
    for (const change of checkpoint.partitions) {
      for (const b of change.broadcasts) this.#unknownGroups(b, groups);
    }
    if (groups.size > 0) await pool.with((c) => this.#nameGroups(c, [...groups.values()]));
  }

  /** The number of one broadcast. */
  async learnBroadcast(pool: PostgresPool, broadcast: string): Promise<number> {
    if (!this.#broadcastIds.has(broadcast)) await pool.with((c) => this.#nameBroadcasts(c, [broadcast]));
    return this.broadcast(broadcast);
  }

  async #nameBroadcasts(c: Connection, names: readonly string[]): Promise<void> {
    const array = textArray(names);
    await c.query(
      `WITH made AS (
         INSERT INTO broadcasts (broadcast, demo, kind) SELECT DISTINCT name, 0, 'events' FROM unnest($1::text[]) AS name
         ORDER BY name ON CONFLICT (broadcast) DO NOTHING RETURNING id)
       INSERT INTO changed (broadcast_id, mark) SELECT id, floor(random() * 4503599627370496)::int8 FROM made`,
      [array],
    );
    const found = await c.query<{ at: number; id: number }>(
      'SELECT n.at, b.id FROM unnest($1::text[]) WITH ORDINALITY AS n (name, at) JOIN broadcasts b ON b.broadcast = n.name',
      [array],
    );
    for (const { at, id } of found) this.#broadcastIds.set(names[at - 1] ?? '', id);
  }

  #unknownGroups(change: BroadcastChange, unknown: Map<string, GroupName & { id: number }>): void {
    const id = this.broadcast(change.broadcast);
    const known = this.#groupIds.get(id);
    let last: GroupName | null = null;
    for (const { flushed } of change.counters) {
      for (const { group } of flushed.rows) {
        if (group === last) continue;
        last = group;
        const key = groupKey(group);
        if (!known?.has(key)) unknown.set(`${id} ${key}`, { ...group, id });
      }
    }
  }

  async #nameGroups(c: Connection, groups: readonly (GroupName & { id: number })[]): Promise<void> {
    const arrays = [
      int4Array(groups.length, (i) => groups[i]?.id ?? 0),
      textArray(groups.map(({ room }) => room)),
      textArray(groups.map(({ attribute }) => attribute)),
      textArray(groups.map(({ value }) => value)),
    ];
    await c.query(
      `INSERT INTO row_groups (broadcast_id, room, attribute, value)
       SELECT DISTINCT * FROM unnest($1::int4[], $2::text[], $3::text[], $4::text[]) AS g (broadcast_id, room, attribute, value)
       ORDER BY broadcast_id, attribute, room, value ON CONFLICT (broadcast_id, attribute, room, value) DO NOTHING`,
      arrays,
    );
    const found = await c.query<{ at: number; id: number }>(
      `SELECT n.at, g.id FROM unnest($1::int4[], $2::text[], $3::text[], $4::text[])
       WITH ORDINALITY AS n (broadcast_id, room, attribute, value, at) JOIN row_groups g
       USING (broadcast_id, attribute, room, value)`,
      arrays,
    );
    for (const { at, id } of found) {
      const group = groups[at - 1];
      if (group === undefined) continue;
      const of = this.#groupIds.get(group.id) ?? new Map<string, number>();
      this.#groupIds.set(group.id, of.set(groupKey(group), id));
    }
  }
}

function groupKey({ room, attribute, value }: GroupName): string {
  return `${room}\u0000${attribute}\u0000${value}`;
}
