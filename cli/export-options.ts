/** What the options of `headcount export` mean, and which kind of file each belongs to. */
import { UsageError } from './arguments.ts';
import type { RoomChoice } from './export-series.ts';

export const KINDS = ['series', 'stays', 'crashes', 'events'] as const;
type Kind = (typeof KINDS)[number];

/** The kind whose rows an option changes; the others belong to every kind. */
const BELONGS_TO = { step: 'series', room: 'series', by: 'series', pseudonymise: 'stays', all: 'events' } as const;

/** Nothing that was asked for is passed over: ids that were to be hidden would be told. Throws `UsageError`. */
export function refuseForeign(kind: Kind, given: Readonly<Record<string, unknown>>): void {
  for (const [option, owner] of Object.entries(BELONGS_TO)) {
    if (given[option] === undefined || owner === kind) continue;
    throw new UsageError(`--${option} belongs to \`export ${owner}\`, not to ${kind}: leave it out`);
  }
}

/** Seconds. */
export function stepOption(text: string | undefined): number {
  if (text === undefined) return 1;
  const match = /^(\d+)(s|m|h)?$/.exec(text);
  const seconds = match
    ? Number(match[1]) * { s: 1, m: 60, h: 3600 }[match[2] === 'm' || match[2] === 'h' ? match[2] : 's']
    : 0;
  if (seconds < 1 || seconds > 86_400)
    throw new UsageError(`--step must be a duration such as 1s, 10s or 1m, not "${text}"`);
  return seconds;
}

/** `--room` alone asks for every room, `--room ROOM` for one: a third word without a dash is its name. */
export function roomOption(args: string[]): { args: string[]; room: RoomChoice } {
  const at = args.findIndex((arg) => arg === '--room' || arg.startsWith('--room='));
  const option = args[at];
  if (option === undefined) return { args, room: null };
  const rest = args.toSpliced(at, 1);
  if (option !== '--room') return { args: rest, room: { name: option.slice('--room='.length) } };
  const next = rest[at];
  const words = rest.filter((arg, i) => !arg.startsWith('-') && !TAKES_VALUE.has(rest[i - 1] ?? ''));
  if (next === undefined || next.startsWith('-') || words.length < 3) return { args: rest, room: 'all' };
  return { args: rest.toSpliced(at, 1), room: { name: next } };
}

const TAKES_VALUE = new Set(['--format', '--from', '--to', '--step', '--by', '--pseudonymise', '--out', '--store']);
