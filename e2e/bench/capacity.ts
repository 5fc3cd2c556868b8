/** The formula of docs/capacity.md on a run four times as large: what a run makes of its coefficients, and what the other measures. */
import { type Drained, drainedByIngest, filledTopic } from './drain.ts';
import { resident } from './measure.ts';
import { formulaBytes, type StoreSize, storeSize } from './store-size.ts';

const TIMES = 4;
/** Bytes an open connection at rest, and an event that is not decided yet, as docs/capacity.md has them. */
const CONNECTION_BYTES = 204;
const EVENT_BYTES = 12.5;
/** What a connection said since then may be undecided, s; each is heard of every 30 s. */
const UNDECIDED_SECONDS = 480;
const HEARTBEAT_SECONDS = 30;

const figure = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

export interface Ran extends Drained, StoreSize {
  /** memory of the process when all was stored, bytes */
  held: number;
}

/** Drains the topic at `brokers` in this process. */
export async function drainedAndWeighed(brokers: string, records: number): Promise<Ran> {
  const weighed: (StoreSize & { held: number })[] = [];
  const drained = await drainedByIngest(brokers, records, (store) => {
    weighed.push({ ...storeSize(store), held: resident() });
  });
  const [of] = weighed;
  if (of === undefined) throw new Error('The store was expected to be looked at.');
  return { ...drained, ...of };
}

/** `run` drains a topic in a process of its own. */
export async function capacity(
  { records, listeners }: { records: number; listeners: number },
  run: (brokers: string, records: number) => Ran,
): Promise<string[]> {
  const ran: Ran[] = [];
  for (const times of [1, TIMES]) {
    const topic = await filledTopic(times * records, times * listeners);
    if ('skipped' in topic) return [topic.skipped];
    try {
      ran.push(run(topic.brokers, topic.records));
    } finally {
      await topic.stop();
    }
  }
  const [one, four] = ran;
  if (one === undefined || four === undefined) throw new Error('Two runs were expected.');
  const rounds = Math.min(records / listeners - 1, UNDECIDED_SECONDS / HEARTBEAT_SECONDS);
  const counted = listeners * (CONNECTION_BYTES + rounds * EVENT_BYTES);
  const rate = (of: Ran): number => of.records / of.seconds;
  const line = (what: string, unit: string, at: number, predicted: number, measured: number): string =>
    `${what}: ${figure.format(at)} ${unit} at ${figure.format(listeners)} listeners; at ${TIMES} times as many ${figure.format(predicted)} predicted, ${figure.format(measured)} measured, ${figure.format(measured / predicted)} of it`;
  return [
    line('records drained', 'a second', rate(one), rate(one), rate(four)),
    line('memory of the process', 'MB', one.held / 1e6, (one.held + (TIMES - 1) * counted) / 1e6, four.held / 1e6),
    line('rows of seconds', 'rows', one.rows, one.rows, four.rows),
    line('to go on from', 'MB', one.pages / 1e6, (TIMES * one.pages) / 1e6, four.pages / 1e6),
    line('store', 'MB', one.bytes / 1e6, predictedBytes(one) / 1e6, four.bytes / 1e6),
  ];
}

function predictedBytes({ stays, rows, pages }: Ran): number {
  return formulaBytes({ stays: TIMES * stays, rows, pages: TIMES * pages });
}
