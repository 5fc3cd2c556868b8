import { describe, expect, it } from 'vitest';
import { incidentLines } from './incident.ts';
import { crash } from './test-points.ts';

function line(name: string, window: Parameters<typeof incidentLines>[0]): string | undefined {
  return incidentLines(window, 'UTC', 1_090_000).find((each) => each.name === name)?.value;
}

describe('the card of a crash window', () => {
  it('says since when it is open, and from when to when it was', () => {
    expect(line('Open since', crash())).toBe('00:16:40, 1 min 30 s');
    expect(line('From', crash({ serviceEndAt: 1_060_000, closedAt: 1_120_000 }))).toBe('00:16:40 to 00:17:40');
  });

  it('names a cause only where it is likely', () => {
    const cause = { attribute: 'edge', value: 'ams-3', dropped: 9, present: 9, riskRatio: 7.1, lower: 2, upper: 9 };
    expect(line('Likely cause', crash({ causes: [{ ...cause, likely: false }] }))).toBe('none to name');
    expect(line('Likely cause', crash({ causes: [{ ...cause, likely: true }] }))).toBe('edge ams-3, 7.1×');
  });

  it('says from when the return will be known', () => {
    expect(line('Back', crash())).toBe('from 00:17:10');
    const rate = { '30': 0.1, '120': 0.25, '300': null, '600': null, end: null };
    expect(line('Back', crash({ returnRate: rate }))).toBe('25.0\u202f% within 2 min');
  });

  it('never says 0 for what is not measured', () => {
    expect(line('Dropped', crash({ dropped: null }))).toBe('not measured');
    expect(line('Lost', crash())).toBe('not yet known');
    expect(line('Lost', crash({ lostListenerMinutes: { during: 12.4, total: null } }))).toBe(
      '12 listener-minutes so far',
    );
  });
});
