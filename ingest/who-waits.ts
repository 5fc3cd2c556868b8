/** Which partitions are left unread for a while, so that none runs far ahead of the others. */

/**
 * Whoever waits for one that goes on, be it by way of others. `waitsFor` has who waits and for which; of a circle, which
 * would wait for ever, the one goes on that `readTo` has come least far with.
 */
export function whoWaits(
  waitsFor: ReadonlyMap<number, ReadonlySet<number>>,
  readTo: (partition: number) => number,
): Set<number> {
  const waiting = new Set(waitsFor.keys());
  for (;;) {
    const inCircle = circles(waitsFor, waiting);
    let hindmost: number | null = null;
    for (const each of inCircle) if (hindmost === null || readTo(each) < readTo(hindmost)) hindmost = each;
    if (hindmost === null) return waiting;
    waiting.delete(hindmost);
  }
}

/** Of `waiting` those that no way leads from to one that goes on. */
function circles(waitsFor: ReadonlyMap<number, ReadonlySet<number>>, waiting: ReadonlySet<number>): Set<number> {
  const left = new Set(waiting);
  for (let before = -1; before !== left.size; ) {
    before = left.size;
    for (const each of left) {
      for (const other of waitsFor.get(each) ?? []) if (!left.has(other)) left.delete(each);
    }
  }
  return left;
}
