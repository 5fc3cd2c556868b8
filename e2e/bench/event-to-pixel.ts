/** How long it takes from an event to the pixels that show its second, through a real Kafka, leg by leg. */
import { Kafka, logLevel } from 'kafkajs';
import type { Page } from 'playwright';
import { openBroker } from '../broker.ts';
import { openChromium } from '../browser.ts';
import { cleanUp, newFolder, startProduct, until } from '../product.ts';
import { eachLine, heartbeats, joins, type Made } from './lines.ts';

export interface Load {
  /** sent to the topic */
  eventsPerSecond: number;
  /** looked at for so long */
  seconds: number;
}

const READY_MS = 300_000;
const HEARTBEAT_MS = 10_000;
const WARM_UP_MS = 15_000;
/** Events are sent in lots of this length, as a producer that lingers does. */
const LOT_MS = 100;
const DAY_MS = 86_400_000;

/** Events into a real Kafka at a steady rate, and when the page shows the seconds they fall in. */
export async function eventToPixel({ eventsPerSecond, seconds }: Load): Promise<string> {
  const broker = await openBroker({ own: true });
  if ('skipped' in broker) return broker.skipped;
  const browser = await openChromium();
  try {
    await broker.topic('broadcast-events', 12);
    await broker.topic('broadcast-events.rejected', 1);
    const folder = await newFolder();
    const product = await startProduct('start', { folder, env: { KAFKA_BROKERS: broker.brokers }, readyMs: READY_MS });
    const kafka = new Kafka({ clientId: 'bench', brokers: [broker.brokers], logLevel: logLevel.NOTHING });
    const producer = kafka.producer({ allowAutoTopicCreation: false });
    await producer.connect();
    const send = (made: Made): Promise<unknown> =>
      producer.send({ topic: 'broadcast-events', acks: 1, messages: messagesOf(made) });
    const listeners = (eventsPerSecond * HEARTBEAT_MS) / 1000;
    const begun = Date.now() - 30_000;
    for (let from = 0; from < listeners; from += 20_000) {
      await send(joins(from, Math.min(listeners, from + 20_000), begun, 100, HEARTBEAT_MS));
    }
    let stopped = false;
    let sent = 0;
    const ways = new Ways();
    const sending = (async () => {
      const startedAt = Date.now();
      for (let lot = 0; !stopped; lot++) {
        const size = (eventsPerSecond * LOT_MS) / 1000;
        const first = (lot * size) % listeners;
        const dueAt = startedAt + lot * LOT_MS;
        await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueAt - Date.now())));
        await send(heartbeats(first, first + size, dueAt - LOT_MS, LOT_MS, Math.floor((lot * size) / listeners) + 1));
        ways.sent(dueAt);
        sent += size;
      }
    })();
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await until(
      async () => (await fetch(`${product.url}/api/broadcasts/show`)).ok,
      60_000,
      () => 'the broadcast does not appear.',
    );
    await page.goto(`${product.url}/b/show`);
    await until(
      async () => /^Live/.test((await page.locator('.conn .cut').textContent()) ?? ''),
      60_000,
      () => 'the page does not say that it is live.',
    );
    // the crowd that joined at once has been counted by then
    await page.waitForTimeout(WARM_UP_MS);
    const sentBefore = sent;
    const watchedAt = performance.now();
    const stream = new AbortController();
    const following = ways.follow(`${product.url}/api/broadcasts/show/live`, stream.signal);
    const drawn = await drawnSeconds(page, seconds * 1000);
    const rate = ((sent - sentBefore) / (performance.now() - watchedAt)) * 1000;
    stopped = true;
    stream.abort();
    await following;
    await sending;
    await producer.disconnect();
    await product.stop();
    return [pixelLine(drawn, rate), ways.line(drawn)].join('\n');
  } finally {
    await browser.close();
    await broker.stop();
    await cleanUp();
  }
}

interface Drawn {
  /** seconds of the day in UTC */
  second: number;
  /** wall clock when it was painted, epoch ms */
  at: number;
}

/** Each second the figures stood at, and when that was painted. */
function drawnSeconds(page: Page, forMs: number): Promise<Drawn[]> {
  return page.evaluate(
    (limit) =>
      new Promise<Drawn[]>((resolve) => {
        const drawn: Drawn[] = [];
        // no name is given to a function here: what runs in the page brings none of this module along
        const observer = new MutationObserver(() => {
          const clock = /(\d\d):(\d\d):(\d\d)/.exec(document.querySelector('.figure .at')?.textContent ?? '');
          if (clock === null) return;
          const second = Number(clock[1]) * 3600 + Number(clock[2]) * 60 + Number(clock[3]);
          if (drawn.at(-1)?.second === second) return;
          const entry = { second, at: 0 };
          drawn.push(entry);
          requestAnimationFrame(() => {
            const channel = new MessageChannel();
            channel.port1.addEventListener('message', () => Object.assign(entry, { at: Date.now() }));
            channel.port1.start();
            channel.port2.postMessage(null);
          });
        });
        observer.observe(document.body, { subtree: true, childList: true, characterData: true });
        setTimeout(() => {
          observer.disconnect();
          resolve(drawn);
        }, limit);
      }),
    forMs,
  );
}

/** When a second passed each point of its way, epoch ms. */
interface Way {
  /** the broker has the first events after the second that follows it: it is whole */
  sentAt: number | null;
  /** the checkpoint that stores it began */
  storedAt: number | null;
  /** the dashboard has read it */
  readAt: number | null;
  /** a client has it */
  heardAt: number | null;
}

class Ways {
  /** by second of the day in UTC, as the page says it */
  readonly #ways = new Map<number, Way>();
  #whole = 0;

  /** All events dated before `untilMs` are in the log. */
  sent(untilMs: number): void {
    // the live second stands a second behind the newest event
    const whole = Math.floor((untilMs - 1) / 1000) - 1;
    if (whole <= this.#whole) return;
    this.#whole = whole;
    this.#of(whole).sentAt = Date.now();
  }

  async follow(url: string, signal: AbortSignal): Promise<void> {
    try {
      const answer = await fetch(url, { signal });
      let text = '';
      let storedAt: number | null = null;
      const decoder = new TextDecoder();
      for await (const bytes of answer.body ?? []) {
        const heardAt = Date.now();
        const events = (text + decoder.decode(bytes, { stream: true })).split('\n\n');
        text = events.pop() ?? '';
        for (const event of events) {
          const data = /^event: frame\ndata: (.*)$/m.exec(event)?.[1];
          if (data === undefined) continue;
          const { now, view } = JSON.parse(data);
          storedAt = view.storedAt ?? storedAt;
          if (view.liveSecond !== undefined)
            Object.assign(this.#of(view.liveSecond), { storedAt, readAt: now, heardAt });
        }
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  #of(second: number): Way {
    const ofDay = second % (DAY_MS / 1000);
    const way = this.#ways.get(ofDay) ?? { sentAt: null, storedAt: null, readAt: null, heardAt: null };
    this.#ways.set(ofDay, way);
    return way;
  }

  /** How long each leg took, of the seconds of which all is known; a checkpoint may begin before the broker has answered. */
  line(drawn: readonly Drawn[]): string {
    const legs: [string, number[]][] = [
      ['the next second passes', []],
      ['the broker has its events', []],
      ['a checkpoint begins', []],
      ['it is stored and read', []],
      ['a client has it', []],
      ['it is painted', []],
    ];
    for (const [index, shown] of drawn.entries()) {
      const before = drawn[index - 1];
      const way = this.#of(shown.second);
      const { storedAt, readAt, heardAt } = way;
      if (before === undefined || storedAt === null || readAt === null || heardAt === null || shown.at === 0) continue;
      // a second that was passed over came with the next one shown
      for (let second = before.second + 1; second <= shown.second; second++) {
        const { sentAt } = this.#of(second);
        if (sentAt === null) continue;
        const overAt = shown.at - ageOf({ second, at: shown.at });
        const passed = [overAt, overAt + 1000, sentAt, storedAt, readAt, heardAt, shown.at];
        for (const [leg, [, took]] of legs.entries()) took.push((passed[leg + 1] ?? 0) - (passed[leg] ?? 0));
      }
    }
    const said = legs.map(([name, took]) => {
      took.sort((a, b) => a - b);
      if (took.length === 0) return `${name}: not seen`;
      return `${name} ${ms(took, 0.5, 0)}, ${ms(took, 0.99, 0)}`;
    });
    return `leg by leg, ms, median and 99th percentile: ${said.join('; ')}`;
  }
}

/** How long ago the second was when it was painted, ms. */
function ageOf({ second, at }: Drawn): number {
  return (((at - second * 1000) % DAY_MS) + DAY_MS) % DAY_MS;
}

/** Events come evenly, so each shown second stands for the events since the one shown before. */
function pixelLine(drawn: readonly Drawn[], rate: number): string {
  const newest: number[] = [];
  const all: number[] = [];
  for (const [index, { second, at }] of drawn.entries()) {
    const before = drawn[index - 1];
    if (before === undefined || at === 0) continue;
    const age = ageOf({ second, at });
    newest.push(age);
    for (let ago = 0; ago < (second - before.second) * 1000; ago += 10) all.push(age + ago);
  }
  newest.sort((a, b) => a - b);
  all.sort((a, b) => a - b);
  const late = (list: readonly number[], share: number): string => (Number(ms(list, share)) / 1000).toFixed(2);
  return `event to pixel through Kafka at ${Math.round(rate).toLocaleString('en')} events/s, ${drawn.length} seconds shown: the newest event of what is shown median ${late(newest, 0.5)} s, 99th percentile ${late(newest, 0.99)} s (goal 2); every event, waiting for its second to be over and shown, median ${late(all, 0.5)} s, 99th percentile ${late(all, 0.99)} s`;
}

function messagesOf(made: Made): { key: string; value: Buffer }[] {
  const messages: { key: string; value: Buffer }[] = [];
  eachLine(made, (bytes, start, end) => {
    const value = bytes.subarray(start, end);
    const at = value.indexOf('"listener":"') + 12;
    messages.push({ key: value.toString('latin1', at, value.indexOf('"', at)), value });
  });
  return messages;
}

function ms(sorted: readonly number[], share: number, digits = 1): string {
  return (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN).toFixed(digits);
}
