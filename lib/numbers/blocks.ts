/**
 * Seconds rolled up into blocks of 10 s and of a minute, aligned to the epoch: counters summed, levels as their change,
 * their sum over the block's seconds, their least and their most. Sums are kept, so a mean is divided only when read,
 * and rolling up twice gives the same as rolling up once.
 */
import { NOTHING_COUNTED, type Run, type StoredRow } from './rows.ts';
import { COUNT_NAMES, COUNTERS, type Counts, LEVELS } from './second.ts';

/** Lengths of blocks, s. */
export type BlockStep = 10 | 60;
export type Level = (typeof LEVELS)[number];

/** A level over some seconds. */
export interface LevelOver {
  sum: number;
  low: number;
  high: number;
  /** epoch s: the first second with `high` */
  highAt: number;
}

export interface Block {
  /** epoch s of its first second, a multiple of `step` */
  second: number;
  step: BlockStep;
  /** rows it stands for: fewer than `step` where the broadcast began or ended in it */
  seconds: number;
  /** levels as their change over the block, counters summed */
  counts: Counts;
  levels: Readonly<Record<Level, LevelOver>>;
}

/** Some seconds in a row, with what was counted in them: a stretch without change, or a block. */
export interface Piece {
  second: number;
  span: number;
  /** rows that its sums are of: `span`, but for a block that is read in part */
  seconds: number;
  counts: Counts;
  levels: Readonly<Record<Level, LevelOver>>;
}

export type Levels = Record<Level, number>;

export const NO_LEVELS: Readonly<Levels> = levelsFrom(() => 0);

export function levelsFrom(of: (name: Level) => number): Levels {
  return Object.fromEntries(LEVELS.map((name) => [name, of(name)])) as Levels;
}

/** Seconds of [from, to), epoch s, as stretches in which nothing changes; `start`: levels before the first stored row. */
export function* piecesOfSeconds(
  stored: readonly StoredRow[],
  from: number,
  to: number,
  start: Readonly<Levels>,
): Generator<Piece> {
  let levels = { ...start };
  let i = 0;
  const take = (row: StoredRow): void => {
    const before = levels;
    levels = levelsFrom((name) => before[name] + row[name]);
  };
  for (let row = stored[i]; row && row.second < from; row = stored[++i]) take(row);
  for (let second = from; second < to; ) {
    const row = stored[i];
    const here = row?.second === second ? row : null;
    if (here !== null) {
      take(here);
      i++;
    }
    const end = Math.min(to, stored[i]?.second ?? to);
    yield constant(second, end - second, levels, here ?? NOTHING_COUNTED);
    second = end;
  }
}

/** Blocks of [from, to), epoch s, ascending, with what lies between them; `start`: levels before the first one. */
export function* piecesOfBlocks(
  blocks: readonly Block[],
  from: number,
  to: number,
  start: Readonly<Levels>,
): Generator<Piece> {
  let levels = { ...start };
  let at = from;
  for (const block of blocks) {
    const begin = Math.max(from, block.second);
    const end = Math.min(to, block.second + block.step);
    if (begin > at && at < to) yield constant(at, Math.min(begin, to) - at, levels, NOTHING_COUNTED);
    const before = levels;
    levels = levelsFrom((name) => before[name] + block.counts[name]);
    if (end > begin) yield { ...block, second: begin, span: end - begin };
    at = Math.max(at, end);
  }
  if (at < to) yield constant(at, to - at, levels, NOTHING_COUNTED);
}

function constant(second: number, span: number, at: Readonly<Levels>, counts: Counts): Piece {
  const levels = Object.fromEntries(
    LEVELS.map((name) => [name, { sum: at[name] * span, low: at[name], high: at[name], highAt: second }]),
  ) as Record<Level, LevelOver>;
  return { second, span, seconds: span, counts, levels };
}

/** Blocks of the pieces, which follow one another without a hole; those in which nothing changed are left out. */
export function* rollUp(pieces: Iterable<Piece>, step: BlockStep): Generator<Block> {
  let block: Block | null = null;
  for (const whole of pieces) {
    for (const piece of cut(whole, step)) {
      const second = Math.floor(piece.second / step) * step;
      if (block !== null && block.second !== second) {
        if (hasChange(block)) yield block;
        block = null;
      }
      block = block === null ? { ...begun(piece), second, step } : joined(block, piece);
    }
  }
  if (block !== null && hasChange(block)) yield block;
}

/** A stretch without change ends where a block ends; what was counted in it belongs to its first second. */
function* cut(piece: Piece, step: number): Generator<Piece> {
  let counts = piece.counts;
  const end = piece.second + piece.span;
  for (let second = piece.second; second < end; ) {
    const next = Math.min(end, (Math.floor(second / step) + 1) * step);
    const whole = second === piece.second && next === end;
    yield whole
      ? piece
      : constant(
          second,
          next - second,
          levelsFrom((name) => piece.levels[name].low),
          counts,
        );
    counts = NOTHING_COUNTED;
    second = next;
  }
}

function begun({ seconds, counts, levels }: Piece): Pick<Block, 'seconds' | 'counts' | 'levels'> {
  const own: Counts = { ...NOTHING_COUNTED };
  for (const name of COUNT_NAMES) own[name] = counts[name];
  return { seconds, counts: own, levels };
}

function joined(block: Block, piece: Piece): Block {
  const counts = { ...block.counts };
  for (const name of COUNT_NAMES) counts[name] += piece.counts[name];
  const levels = Object.fromEntries(
    LEVELS.map((name) => [name, over(block.levels[name], piece.levels[name])]),
  ) as Record<Level, LevelOver>;
  return { ...block, seconds: block.seconds + piece.seconds, counts, levels };
}

function over(a: LevelOver, b: LevelOver): LevelOver {
  const first = b.high > a.high ? b : a;
  return { sum: a.sum + b.sum, low: Math.min(a.low, b.low), high: first.high, highAt: first.highAt };
}

function hasChange({ counts }: Block): boolean {
  return COUNT_NAMES.some((name) => counts[name] !== 0);
}

/** Pieces as runs: levels are means over their seconds, and blocks carry their extremes. */
export function* runsOfPieces(pieces: Iterable<Piece>, step: BlockStep): Generator<Run> {
  for (const whole of pieces) {
    for (const piece of cut(whole, step)) {
      const run: Run = { ...NOTHING_COUNTED, second: piece.second, span: piece.span };
      for (const name of COUNTERS) run[name] = piece.counts[name];
      for (const name of LEVELS) run[name] = piece.levels[name].sum / piece.seconds;
      yield { ...run, over: piece.levels, step };
    }
  }
}
