'use client';
import { useState } from 'react';
import { durationText } from '../../lib/format/duration.ts';
import type { PipelineHealth } from '../../lib/store/store.ts';
import { Ring, TickShape } from '../_ui/marks.tsx';

export interface FirstRunFacts {
  /** null: no Kafka is set */
  kafka: { brokers: string; topic: string } | null;
  /** `SQLite` or `PostgreSQL` */
  store: string;
  metricsPort: string;
}

/** The empty store: what to do first, and what is connected. It turns into the list with the first event. */
export function FirstRun(props: { facts: FirstRunFacts; pipeline: readonly PipelineHealth[]; waitedMs: number }) {
  const { facts, pipeline, waitedMs } = props;
  const reading = pipeline.length > 0;
  return (
    <main className="es" id="content">
      <div>
        <h1>No events yet</h1>
        <p className="lead">
          {reading ? (
            'Headcount is connected and reading. '
          ) : (
            <>
              Nothing has been read yet; where no ingest runs, <code>npx headcount start</code> begins it.{' '}
            </>
          )}
          The first event with a new broadcast id makes a broadcast appear here; nothing has to be created first.
        </p>
        <ol className="st">
          <li>
            <b>1</b>
            <div>
              <h2>See it work with a simulated broadcast</h2>
              <p className="ink2">
                A launch with one crash, two rooms and a speech; the same seed makes the same bytes.
              </p>
              <Code text={simulate(facts)} />
            </div>
          </li>
          <li>
            <b>2</b>
            <div>
              <h2>Send the first event</h2>
              <p className="ink2">
                One JSON object per record, keyed by listener. <code>join</code> and <code>leave</code> are enough;{' '}
                <code>playing</code> switches on hearing.
              </p>
              <Code text={firstEvent(facts)} />
            </div>
          </li>
          <li>
            <b>3</b>
            <div>
              <h2>Replay a file</h2>
              <p className="ink2">
                NDJSON, one event per line, also gzipped. Lines that do not fit are kept with their reason, never
                guessed at.
              </p>
              <Code text="npx headcount replay events.ndjson" />
            </div>
          </li>
        </ol>
      </div>
      <aside className="chk" aria-labelledby="connected-heading">
        <h2 id="connected-heading">What is connected</h2>
        <dl>
          {facts.kafka === null ? (
            <Line done={reading} name="Events" value={reading ? `${names(pipeline)}, reading` : 'nothing read yet'} />
          ) : (
            <>
              <Line done={reading} name="Kafka" value={facts.kafka.brokers} mono />
              <Line done={reading} name="Topic" value={facts.kafka.topic} mono />
            </>
          )}
          <Line done name="Store" value={facts.store} />
          <Line done={reading} name="Metrics" value={`port ${facts.metricsPort}, /metrics`} />
          <Line done={false} name="First event" value={`waiting for ${durationText(waitedMs)}`} />
        </dl>
      </aside>
    </main>
  );
}

function Line({ done, name, value, mono }: { done: boolean; name: string; value: string; mono?: boolean }) {
  return (
    <div>
      <dt>
        {done ? <TickShape /> : <Ring />}
        {name}
      </dt>
      <dd className={mono ? 'mono' : undefined}>{value}</dd>
    </div>
  );
}

function Code({ text }: { text: string }) {
  const [copied, setCopied] = useState(false);
  return (
    <div className="code">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable block must be reachable by keyboard */}
      <pre tabIndex={0}>{text}</pre>
      <button
        type="button"
        className="btn"
        onClick={() => {
          navigator.clipboard.writeText(text).then(
            () => setCopied(true),
            () => setCopied(false),
          );
        }}
      >
        {copied ? 'Copied' : 'Copy'}
      </button>
    </div>
  );
}

function names(pipeline: readonly PipelineHealth[]): string {
  return pipeline.map((source) => source.source).join(', ');
}

function simulate(facts: FirstRunFacts): string {
  return facts.kafka === null
    ? 'npx headcount simulate launch --listeners 5000 --to launch.ndjson\nnpx headcount replay launch.ndjson'
    : 'npx headcount simulate launch --listeners 5000 --speed 1 --to kafka';
}

function firstEvent(facts: FirstRunFacts): string {
  const event = `{"type":"join","ts":'$(date +%s000)',"broadcast":"my-first","listener":"u1"}`;
  return facts.kafka === null
    ? `curl -H 'content-type: application/x-ndjson' \\\n  --data-binary '${event}' \\\n  http://127.0.0.1:${facts.metricsPort}/v1/events`
    : `echo 'u1:${event}' \\\n  | kcat -P -b ${facts.kafka.brokers} -t ${facts.kafka.topic} -K:`;
}
