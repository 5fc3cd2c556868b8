/** Whole simulated evenings: what the product says of each window against a plain recount from the oracle's stays. */
import { describe, expect, it } from 'vitest';
import { plainCost } from '../../lib/forensics/plain-cost.ts';
import { Timeline } from '../../lib/forensics/timeline.ts';
import { Oracle } from '../../lib/oracle/oracle.ts';
import type { ScenarioOptions } from '../../lib/simulate/options.ts';
import { simulate } from '../../lib/simulate/scenario.ts';
import { StreamCount } from './count.ts';
import { detect, publishedWindows } from './measure.ts';

const EVENINGS: ScenarioOptions[] = [
  { scenario: 'crash', seed: 11 },
  { scenario: 'crash', seed: 12, labelled: false },
  { scenario: 'crash', seed: 13, severity: 1 },
  { scenario: 'crash', seed: 14, reason: 'replaced' },
  { scenario: 'partial', seed: 15, listeners: 800 },
  { scenario: 'silent', seed: 16, heartbeatMs: 30_000 },
  { scenario: 'flapping', seed: 17 },
  { scenario: 'stampede', seed: 18, severity: 0.3 },
  { scenario: 'launch', seed: 19, listeners: 600, minutes: 30, heartbeatMs: 15_000 },
];

describe('forensics of a simulated evening', () => {
  it.each(EVENINGS)('$scenario, seed $seed', (options) => {
    const evening = { listeners: 400, minutes: 20, heartbeatMs: 10_000, broadcast: 'evening', ...options };
    const oracle = new Oracle({ defaultHeartbeatMs: 0, breakdowns: [] });
    const count = new StreamCount();
    for (const event of simulate(evening)) {
      oracle.add({ kind: 'event', event }, 0);
      count.take(event);
    }
    const counted = count.finish();
    const { detected } = detect(counted);
    const windows = publishedWindows(counted, new Timeline(counted.rows.map((row) => ({ ...row, span: 1 }))), detected);
    const recounted = oracle.finish('evening');
    if (!recounted) throw new Error('the oracle counted nothing');
    const to = counted.to - 1;
    const ends = [...counted.roomEnds.values()];
    let judged = 0;
    for (const loss of detected) {
      const window = windows.find((w) => w.onsetAt === loss.onset * 1000 && w.type !== 'audio_dropout');
      if (loss.kind !== 'loss' || !window || window.state === 'withdrawn') continue;
      const plain = plainCost(recounted.stays, {
        from: counted.from,
        to,
        end: Math.min(to * 1000, Math.max(...ends)),
        onset: loss.onset,
        serviceEnd: Math.min(loss.serviceEnd ?? to, to),
        endings: loss.evidence === 'endings',
        earlier: detected
          .filter((other) => other.kind === 'loss' && other.onset < loss.onset)
          .map(({ onset, serviceEnd, evidence }) => ({
            ...{ onset, serviceEnd: serviceEnd ?? to, endings: evidence === 'endings' },
          })),
      });
      judged++;
      expect(window).toMatchObject({
        dropped: Math.round(plain.weight * plain.dropped),
        connectedBefore: plain.connectedBefore,
        connectedLowest: plain.connectedLowest,
        recoveredAt: plain.recoveredAt,
        medianReturnSeconds: plain.medianReturn,
      });
      expect(window.depth ?? -1).toBeCloseTo(plain.depth ?? -1, 9);
      expect(window.lostListenerMinutes.during).toBeCloseTo(plain.during, 6);
      expect(window.lostListenerMinutes.total).toBeCloseTo(plain.total, 6);
      for (const seconds of ['30', '120', '300', '600'] as const) {
        expect(window.returnRate[seconds] ?? -1).toBeCloseTo(plain.returned(Number(seconds)) ?? -1, 9);
      }
      expect(
        window.causes.map(({ attribute, value, dropped, present }) => [attribute, value, dropped, present]),
      ).toEqual(plain.causes.map(({ attribute, value, dropped, present }) => [attribute, value, dropped, present]));
      for (const [i, cause] of window.causes.entries())
        expect(cause.lower).toBeCloseTo(plain.causes[i]?.lower ?? -1, 9);
    }
    expect(judged).toBeGreaterThan(0);
  });
});
