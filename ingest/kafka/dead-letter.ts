/**
 * Keeps rejected records in a topic of their own: the original bytes, with where they were and why they were rejected
 * in the headers. After a restart a record may be kept twice; `topic`, `partition` and `offset` tell that it is the same.
 */
import { setTimeout as after } from 'node:timers/promises';
import { type Message, Partitioners, type Producer } from 'kafkajs';
import type { DeadLetter } from '../engine.ts';
import { kafkaClient } from './client.ts';
import type { KafkaSettings } from './kafka-settings.ts';
import { ensureTopic } from './topic.ts';
import { kafkaTrouble, troubleSentence } from './trouble.ts';

export interface DeadLetterTopic {
  /**
   * Resolves once the broker has it, so that the record's offset may become safe. While the broker is away it waits;
   * it rejects with a sentence when it is closed meanwhile or when waiting cannot help.
   */
  send(letter: DeadLetter): Promise<void>;
  close(): Promise<void>;
}

/** Records of one request: rejected records are at most about 1 MiB each, and mostly tiny. */
const REQUEST_BYTES = 512 << 10;
const RETRY_MS = 2000;
/** What is kept of a record that is too large to be kept whole, bytes. */
const KEPT_BYTES = 256 << 10;

interface Waiting {
  letter: DeadLetter;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/** `log` takes a sentence when keeping fails for now. The topic is created where it is missing. */
export function deadLetterTopic(settings: KafkaSettings, log: (sentence: string) => void): DeadLetterTopic {
  const closing = new AbortController();
  const waiting: Waiting[] = [];
  let producer: Producer | null = null;
  let sending: Promise<void> | null = null;

  async function connected(): Promise<Producer> {
    if (producer !== null) return producer;
    await ensureTopic(settings, 1, settings.dlqTopic);
    const opened = kafkaClient(settings).producer({
      createPartitioner: Partitioners.DefaultPartitioner,
      allowAutoTopicCreation: false,
    });
    await opened.connect();
    producer = opened;
    return opened;
  }

  /** All that waits, lot by lot; a lot is tried until it is kept. */
  async function sendAll(): Promise<void> {
    while (waiting.length > 0) {
      const lot = takeLot(waiting);
      try {
        await keep(lot.map(({ letter }) => letter));
        for (const { resolve } of lot) resolve();
      } catch (error) {
        for (const { reject } of lot) reject(error);
      }
    }
    sending = null;
  }

  async function keep(letters: readonly DeadLetter[]): Promise<void> {
    let whole = true;
    for (let said = ''; ; ) {
      try {
        const messages = letters.map((letter) => messageOf(letter, whole ? letter.bytes.length : KEPT_BYTES));
        await (await connected()).send({ topic: settings.dlqTopic, acks: -1, messages });
        return;
      } catch (error) {
        if (whole && isTooLarge(error)) {
          whole = false;
          continue;
        }
        const trouble = kafkaTrouble(error, settings, settings.dlqTopic);
        const sentence = `A rejected record cannot be kept: ${troubleSentence(trouble)}`;
        if (trouble.kind === 'fault' || closing.signal.aborted) throw new Error(sentence, { cause: error });
        if (sentence !== said) log(sentence);
        said = sentence;
        await after(RETRY_MS, undefined, { signal: closing.signal }).catch(() => {});
      }
    }
  }

  return {
    send(letter) {
      const kept = new Promise<void>((resolve, reject) => {
        waiting.push({ letter, resolve, reject });
      });
      // begun a moment later, so that all letters of one batch travel together
      sending ??= Promise.resolve().then(sendAll);
      return kept;
    },
    async close() {
      closing.abort();
      await sending;
      await producer?.disconnect();
    },
  };
}

/** Takes what fits one request off the front of `waiting`; a large letter goes alone. */
function takeLot(waiting: Waiting[]): Waiting[] {
  let bytes = 0;
  let count = 0;
  for (const { letter } of waiting) {
    bytes += letter.bytes.length + 300;
    if (count > 0 && bytes > REQUEST_BYTES) break;
    count += 1;
  }
  return waiting.splice(0, count);
}

function messageOf(letter: DeadLetter, keptBytes: number): Message {
  const headers: Record<string, string> = {
    topic: letter.source.replace(/^kafka:/, ''),
    partition: String(letter.partition),
    offset: String(letter.offset),
    reason: letter.reason,
    detail: letter.detail,
  };
  if (keptBytes >= letter.bytes.length) return { key: null, value: letter.bytes, headers };
  return {
    key: null,
    value: letter.bytes.subarray(0, keptBytes),
    headers: { ...headers, truncatedFrom: String(letter.bytes.length) },
  };
}

function isTooLarge(error: unknown): boolean {
  for (let current = error; current instanceof Error; current = current.cause) {
    if ('type' in current && current.type === 'MESSAGE_TOO_LARGE') return true;
  }
  return false;
}
