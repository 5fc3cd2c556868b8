import { describe, expect, it } from 'vitest';
import { progress, progressText } from './progress.ts';

function recorder(isTTY: boolean) {
  const written: string[] = [];
  let ms = 0;
  return {
    written,
    tick: (by: number) => {
      ms += by;
    },
    now: () => ms,
    stream: { isTTY, write: (text: string) => written.push(text) },
  };
}

describe('progress', () => {
  it('writes a plain line every five seconds where there is no terminal', () => {
    const { written, tick, now, stream } = recorder(false);
    const shown = progress({ label: 'replay', total: 2_000, unit: 'events', stream, now });
    for (let second = 1; second <= 10; second++) {
      tick(1_000);
      shown.update(second * 100);
    }
    shown.end(2_000);
    expect(written).toEqual([
      'replay  25 %  500 events  100 events/s  0:15 left\n',
      'replay  50 %  1,000 events  100 events/s  0:10 left\n',
      'replay  2,000 events  200 events/s  in 0:10\n',
    ]);
  });

  it('redraws one line on a terminal and ends it', () => {
    const { written, tick, now, stream } = recorder(true);
    const shown = progress({ label: 'replay', total: 100, unit: 'events', stream, now });
    tick(100);
    shown.update(1);
    tick(100);
    shown.update(50);
    shown.end();
    expect(written).toHaveLength(2);
    expect(written[0]).toBe('\r\u001b[Kreplay  [############------------]  50 %  50 events  250 events/s  0:00 left');
    expect(written[1]?.endsWith('\n')).toBe(true);
  });

  it('shows neither bar nor time left where the total is unknown', () => {
    expect(
      progressText({ label: 'read', done: 5, total: null, unit: 'lines', elapsedMs: 1000, bar: true, ended: false }),
    ).toBe('read  5 lines  5 lines/s');
  });
});
