/** Rows of a chart as SVG paths: straight segments, broken where a value is missing. */

type Scale = (value: number) => number | undefined;

/** `M…L…` of the instants (epoch ms) where `read` has a value; empty where it never has. */
export function linePath<Row extends { at: number }>(
  rows: readonly Row[],
  read: (row: Row) => number | null,
  x: Scale,
  y: Scale,
): string {
  let path = '';
  let drawing = false;
  for (const row of rows) {
    const value = read(row);
    if (value === null) {
      drawing = false;
      continue;
    }
    path += `${drawing ? 'L' : 'M'}${place(x(row.at))} ${place(y(value))}`;
    drawing = true;
  }
  return path;
}

/** Closed shapes between the two values of `read`, one for each stretch without a missing one. */
export function bandPath<Row extends { at: number }>(
  rows: readonly Row[],
  read: (row: Row) => readonly [number, number] | null,
  x: Scale,
  y: Scale,
): string {
  let path = '';
  let forth = '';
  let back = '';
  const close = (): void => {
    if (forth !== '') path += `M${forth.slice(1)}${back}Z`;
    forth = '';
    back = '';
  };
  for (const row of rows) {
    const values = read(row);
    if (values === null) {
      close();
      continue;
    }
    const at = place(x(row.at));
    forth += `L${at} ${place(y(values[1]))}`;
    back = `L${at} ${place(y(values[0]))}${back}`;
  }
  close();
  return path;
}

/** Tenths of a pixel. */
function place(pixels: number | undefined): number {
  return Math.round((pixels ?? 0) * 10) / 10;
}
