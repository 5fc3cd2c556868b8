/** Four live charts on one page, each second a second longer: what one update of all of them costs the browser. */
import { useState } from 'react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { AudienceChart } from '../../app/_live/audience-chart.tsx';
import type { LiveView } from '../../lib/series/live-view.ts';
import { fromWire, type Point, type WirePoint } from '../../lib/series/point.ts';

const CHARTS = 4;

export interface FourCharts {
  /** points drawn, and points a chart */
  points: number;
  /** ms from the new data to the painted picture, each update */
  tookMs: number[];
}

declare global {
  interface Window {
    measureCharts(view: LiveView, wire: readonly WirePoint[], points: number, updates: number): Promise<FourCharts>;
  }
}

let show: (points: Point[]) => void = () => {};

function Charts({ view, first }: { view: LiveView; first: Point[] }) {
  const [points, setPoints] = useState(first);
  show = setPoints;
  const from = (points[0]?.second ?? 0) * 1000;
  const edge = (points.at(-1)?.second ?? 0) * 1000;
  const domain = { from, edge, to: edge + (edge - from) * 0.08 };
  return Array.from({ length: CHARTS }, (_, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the four are alike
    <div key={index} style={{ width: 960, height: 560, display: 'flex' }}>
      <AudienceChart view={view} points={points} domain={domain} zone="UTC" now={edge} sentence="" old={false} />
    </div>
  ));
}

window.measureCharts = async (view, wire, count, updates) => {
  const points = wire.map(fromWire).filter((point) => point !== null);
  const begin = points.length - count - updates;
  const slice = (at: number): Point[] => points.slice(begin + at, begin + at + count);
  const element = document.createElement('main');
  document.body.replaceChildren(element);
  flushSync(() => createRoot(element).render(<Charts view={view} first={slice(0)} />));
  const tookMs: number[] = [];
  for (let update = 1; update <= updates; update++) {
    const next = slice(update);
    tookMs.push(await painted(() => flushSync(() => show(next))));
  }
  return { points: document.querySelectorAll('.recharts-surface').length * count, tookMs };
};

/** From the beginning of a frame until what `change` did is painted, ms. */
function painted(change: () => void): Promise<number> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => {
      const startedAt = performance.now();
      const channel = new MessageChannel();
      channel.port1.onmessage = () => resolve(performance.now() - startedAt);
      change();
      channel.port2.postMessage(null);
    });
  });
}
