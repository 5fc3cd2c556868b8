/** What `export series --format csv` writes, for comparing. */

/** The lines of final seconds by their time, without the revision, which a restart may raise. */
export function finalSeconds(csv: string): Map<string, string> {
  const rows = new Map<string, string>();
  for (const line of csv.trimEnd().split('\n').slice(1)) {
    const [, time, rest, state] = /^([^,]*),(.*),([a-z]+),\d*$/.exec(line) ?? [];
    if (time === undefined || rest === undefined) throw new Error(`No line of a series: ${line}`);
    if (state === 'final') rows.set(time, rest);
  }
  return rows;
}

/** Largest value of a column; null where it was never measured. */
export function largest(csv: string, column: string): number | null {
  const [head = '', ...lines] = csv.trimEnd().split('\n');
  const at = head.split(',').indexOf(column);
  const values = lines.flatMap((line) => {
    const cell = line.split(',')[at];
    return cell === undefined || cell === '' ? [] : [Number(cell)];
  });
  return values.length === 0 ? null : Math.max(...values);
}
