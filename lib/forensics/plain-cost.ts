/**
 * For tests: SEMANTICS 7 read literally, listener by listener, second by second, with nothing taken from what it judges
 * but the form of a stay. Slow and obvious.
 */
import type { Stay } from '../presence/stay.ts';

export interface PlainWindow {
  /** first and last row known, epoch s */
  from: number;
  to: number;
  /** when the broadcast ended, epoch ms */
  end: number;
  /** epoch s of rows */
  onset: number;
  serviceEnd: number;
  /** every ending counts */
  endings: boolean;
  /** windows before it: who was dropped in one has not left by nature */
  earlier?: readonly Pick<PlainWindow, 'onset' | 'serviceEnd' | 'endings'>[];
}

interface Run {
  listener: string;
  from: number;
  to: number;
  /** the stays that end it */
  closing: Stay[];
}

const NEVER = Number.POSITIVE_INFINITY;

export interface PlainCost {
  dropped: number;
  leavings: number;
  atRisk: number;
  weight: number;
  expected: Map<number, number>;
  recoveredAt: number | null;
  connectedBefore: number;
  connectedLowest: number;
  depth: number | null;
  during: number;
  total: number;
  /** Kaplan–Meier share back within so many seconds; null until they have passed */
  returned(seconds: number): number | null;
  medianReturn: number | null;
  causes: { attribute: string; value: string; dropped: number; present: number; riskRatio: number; lower: number }[];
}

export function plainCost(stays: readonly Stay[], window: PlainWindow): PlainCost {
  const { from, to, end, onset, serviceEnd, endings, earlier = [] } = window;
  const listening = stays.filter((s) => s.role === 'listener' && s.end !== s.start);
  const people = [...new Set(listening.map((s) => s.listener))].map((name) =>
    runsOf(listening.filter((s) => s.listener === name)),
  );
  const before = (onset - 1) * 1000;
  const isDropIn = (run: Run, span: Pick<PlainWindow, 'onset' | 'serviceEnd' | 'endings'>): boolean => {
    if (run.to === NEVER || run.to > span.serviceEnd * 1000) return false;
    const reasons = run.closing.map((s) => s.reason);
    const hard = reasons.includes('error') || reasons.includes('server');
    const silent = hard ? undefined : run.closing.find((s) => s.reason === 'timeout');
    if (!span.endings && !hard && !silent) return false;
    const datedBack = silent && silent.lastEvidence < run.to ? silent.heartbeatMs / 2 : 0;
    return run.to > (span.onset - 1) * 1000 - datedBack;
  };
  const isDrop = (run: Run): boolean => isDropIn(run, { onset, serviceEnd, endings });
  const isNatural = (run: Run): boolean => !isDrop(run) && !earlier.some((span) => isDropIn(run, span));

  let dropped = 0;
  let leavings = 0;
  let atRisk = 0;
  const absences: { from: number; to: number }[] = [];
  const returns: { after: number; back: boolean }[] = [];
  for (const runs of people) {
    const drops = runs.filter(isDrop);
    if (drops.length > 0) dropped++;
    for (const [i, run] of runs.entries()) {
      const next = runs[i + 1]?.from ?? NEVER;
      if (isDrop(run)) absences.push({ from: run.to, to: next });
      const within = Math.min(before, run.to) - Math.max(before - 300_000, run.from + 60_000);
      if (within > 0) atRisk += within / 1000;
      const counted = run.to > before - 300_000 && run.to <= before && run.to >= run.from + 60_000;
      if (counted && isNatural(run) && next - run.to > 60_000) leavings++;
    }
    const first = drops[0];
    const last = drops.at(-1);
    if (!first || !last) continue;
    const back = runs[runs.indexOf(last) + 1]?.from ?? NEVER;
    const known = Math.min(end, to * 1000);
    returns.push({ after: (Math.min(back, known) - first.to) / 1000, back: back <= known });
  }
  const hazard = (leavings + 0.5) / (atRisk + 600);

  const counts = new Int32Array(to - from + 1);
  for (const run of people.flat()) {
    for (let s = Math.max(from, Math.ceil(run.from / 1000)); s <= to && s * 1000 < run.to; s++)
      counts[s - from] = (counts[s - from] ?? 0) + 1;
  }
  const audience = (second: number): number => counts[second - from] ?? 0;
  const seconds = serviceEnd - onset + 1;
  const natural = hazard * audience(onset - 1) * seconds;
  const weight = !endings ? 1 : dropped === 0 ? 0 : Math.max(0, 1 - natural / dropped);

  const expected = new Map<number, number>();
  let recoveredAt: number | null = null;
  let held = 0;
  let depth: number | null = null;
  let connectedLowest = audience(onset - 1);
  for (let second = onset; second <= to; second++) {
    const there = audience(second);
    let c = there;
    for (const a of absences) {
      if (a.from <= second * 1000 && a.to > second * 1000) c += weight * Math.exp(-hazard * (second - a.from / 1000));
    }
    expected.set(second, c);
    if (second <= serviceEnd) {
      connectedLowest = Math.min(connectedLowest, there);
      if (c > 0) depth = Math.max(depth ?? 0, (c - there) / c);
    }
    if (second < serviceEnd || recoveredAt !== null) continue;
    held = there > 0 && there >= 0.95 * c ? held + 1 : 0;
    if (held === 20) recoveredAt = (second - 19) * 1000;
  }

  const lastHost = Math.max(...stays.filter((s) => s.role === 'host').map((s) => s.end ?? NEVER), 0);
  const stop = Math.min(end, lastHost > before ? lastHost : NEVER, to * 1000);
  const minutes = (until: number): number =>
    absences.reduce((sum, a) => {
      const g = (Math.min(a.to, until, stop) - a.from) / 1000;
      return g <= 0 ? sum : sum + (weight * (1 - Math.exp(-hazard * g))) / hazard / 60;
    }, 0);

  const shareBack = (within: number): number => {
    let still = 1;
    for (const t of [...new Set(returns.filter((r) => r.back && r.after <= within).map((r) => r.after))].sort(
      byValue,
    )) {
      const atRiskThen = returns.filter((r) => r.after >= t).length;
      still *= 1 - returns.filter((r) => r.back && r.after === t).length / atRiskThen;
    }
    return 1 - still;
  };
  const firstDrop = Math.min(...absences.map((a) => a.from));
  const times = returns
    .filter((r) => r.back)
    .map((r) => r.after)
    .sort(byValue);
  return {
    dropped,
    leavings,
    atRisk,
    weight,
    expected,
    recoveredAt,
    connectedBefore: audience(onset - 1),
    connectedLowest,
    depth,
    during: minutes(serviceEnd * 1000),
    total: minutes(recoveredAt ?? NEVER),
    returned: (x) => (Math.min(end, to * 1000) - firstDrop >= x * 1000 ? shareBack(x) : null),
    medianReturn: times.find((t) => shareBack(t) >= 0.5) ?? null,
    causes: causes(listening, people, isDrop, before),
  };
}

const byValue = (a: number, b: number): number => a - b;

/** Presence of one listener over all rooms and devices; one that begins where another ends begins anew. */
function runsOf(own: readonly Stay[]): Run[] {
  const endOf = (s: Stay): number => s.end ?? NEVER;
  const runs: Run[] = [];
  for (const stay of [...own].sort((a, b) => a.start - b.start || endOf(a) - endOf(b))) {
    const last = runs.at(-1);
    if (last && stay.start < last.to) last.to = Math.max(last.to, endOf(stay));
    else runs.push({ listener: stay.listener, from: stay.start, to: endOf(stay), closing: [] });
  }
  for (const run of runs) run.closing = own.filter((s) => s.start >= run.from && s.end === run.to);
  return runs;
}

/** Risk ratios with their lower bound (Katz et al. 1978), half a listener added to each cell where nobody else was hit. */
function causes(
  stays: readonly Stay[],
  people: readonly Run[][],
  isDrop: (run: Run) => boolean,
  before: number,
): PlainCost['causes'] {
  const there = people.flatMap((runs) => {
    const open = stays.filter(
      (s) => s.listener === runs[0]?.listener && s.start <= before && (s.end ?? NEVER) > before,
    );
    const stay = open.sort((a, b) => a.start - b.start || (a.end ?? NEVER) - (b.end ?? NEVER)).at(-1);
    return stay ? [{ stay, dropped: runs.some(isDrop) }] : [];
  });
  const all = there.filter((p) => p.dropped).length;
  const found: PlainCost['causes'] = [];
  for (const attribute of ['client', 'version', 'region', 'edge', 'source']) {
    const of = (stay: Stay): string | null | undefined =>
      attribute === 'source' ? stay.source : stay.attrs?.[attribute];
    for (const value of new Set(there.map((p) => of(p.stay)))) {
      if (value === null || value === undefined) continue;
      const present = there.filter((p) => of(p.stay) === value).length;
      const hit = there.filter((p) => of(p.stay) === value && p.dropped).length;
      if (hit < 5 || hit < 0.05 * all || present === there.length) continue;
      const half = all === hit ? 0.5 : 0;
      const [a, n, b, m] = [hit + half, present + 2 * half, all - hit + half, there.length - present + 2 * half];
      const riskRatio = a / n / (b / m);
      const width = 1.959963984540054 * Math.sqrt(Math.max(0, 1 / a - 1 / n + 1 / b - 1 / m));
      found.push({ attribute, value, dropped: hit, present, riskRatio, lower: riskRatio * Math.exp(-width) });
    }
  }
  return found.sort((a, b) => b.lower - a.lower || compareNames(a, b));
}

function compareNames(a: { attribute: string; value: string }, b: { attribute: string; value: string }): number {
  const [x, y] = [`${a.attribute} ${a.value}`, `${b.attribute} ${b.value}`];
  return x < y ? -1 : x > y ? 1 : 0;
}
