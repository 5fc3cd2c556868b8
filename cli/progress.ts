/** How far a long command is: a bar on a terminal, a plain line every five seconds elsewhere. */

const REDRAW_MS = 200;
const LINE_MS = 5_000;
const BAR_CELLS = 24;

export interface ProgressStream {
  write(text: string): unknown;
  isTTY?: boolean | undefined;
}

export interface Progress {
  /** `done` counts from 0 in `unit`, `total` may be learnt late. Cheap: draws at most five times a second */
  update(done: number, total?: number): void;
  /** the last state, and a new line where there was a bar. `done` as in `update`; without it the last one seen */
  end(done?: number): void;
}

export interface ProgressSettings {
  /** what is going on, e.g. `simulate launch` */
  label: string;
  /** null: unknown, no bar and no time left */
  total: number | null;
  /** of `done` and `total`, in the plural, e.g. `events`, `bytes`, `s` */
  unit: string;
  stream: ProgressStream;
  /** monotonic milliseconds; given in tests */
  now?: () => number;
}

export function progress({ label, total, unit, stream, now = () => performance.now() }: ProgressSettings): Progress {
  const terminal = stream.isTTY === true;
  const every = terminal ? REDRAW_MS : LINE_MS;
  const startedAt = now();
  let drawnAt = startedAt;
  let seen = 0;
  let known = total;

  function draw(done: number, at: number, ended: boolean): void {
    drawnAt = at;
    const text = progressText({ label, done, total: known, unit, elapsedMs: at - startedAt, bar: terminal, ended });
    stream.write(terminal ? `\r\u001b[K${text}${ended ? '\n' : ''}` : `${text}\n`);
  }

  return {
    update(done, newTotal) {
      seen = done;
      if (newTotal !== undefined) known = newTotal;
      const at = now();
      if (at - drawnAt >= every) draw(done, at, false);
    },
    end(done = seen) {
      draw(done, now(), true);
    },
  };
}

/** One line of progress, without a line end. */
export function progressText(state: {
  label: string;
  done: number;
  total: number | null;
  unit: string;
  elapsedMs: number;
  bar: boolean;
  ended: boolean;
}): string {
  const { label, done, total, unit, elapsedMs, bar, ended } = state;
  const rate = elapsedMs > 0 ? done / (elapsedMs / 1000) : 0;
  const parts = [label];
  const share = total !== null && total > 0 ? Math.min(1, done / total) : null;
  if (share !== null && !ended) {
    const full = Math.round(share * BAR_CELLS);
    if (bar) parts.push(`[${'#'.repeat(full)}${'-'.repeat(BAR_CELLS - full)}]`);
    parts.push(`${Math.floor(share * 100)} %`);
  }
  parts.push(`${grouped(done)} ${unit}`);
  parts.push(`${grouped(rate)} ${unit}/s`);
  if (ended) parts.push(`in ${clock(elapsedMs)}`);
  else if (share !== null && total !== null && rate > 0) parts.push(`${clock(((total - done) / rate) * 1000)} left`);
  return parts.join('  ');
}

function grouped(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1:02:03` or `2:03`, from milliseconds. */
function clock(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
