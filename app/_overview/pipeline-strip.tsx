import { clockText } from '../../lib/format/clock.ts';
import { durationText } from '../../lib/format/duration.ts';
import { countText } from '../../lib/format/number.ts';
import type { PipelineHealth } from '../../lib/store/store.ts';
import { Definition } from '../_ui/definition.tsx';
import { ClockShape, Dot, Ring } from '../_ui/marks.tsx';
import { type PipelineFacts, pipelineFacts } from './pipeline-facts.ts';

/** Can I trust this page? What was read, how far behind, what did not fit. */
export function PipelineStrip(props: {
  pipeline: readonly PipelineHealth[];
  /** records read a second; null: not known */
  rate: number | null;
  ageMs: number | null;
  zone: string;
  now: number;
}) {
  const { pipeline, rate, ageMs, zone, now } = props;
  const facts = pipelineFacts(pipeline, now);
  return (
    <section aria-label="Pipeline">
      <dl className="pipe">
        <div>
          <dt>Pipeline</dt>
          <dd className="state">
            <Shape state={facts.state} />
            {facts.words}
          </dd>
        </div>
        <div>
          <dt>
            <Definition term="rate">Records</Definition>
          </dt>
          <dd>{rate === null ? <Unknown /> : `${countText(Math.round(rate))}/s`}</dd>
        </div>
        <div>
          <dt>
            <Definition term="lag">
              {facts.partitions < 2 ? 'Lag' : `Lag, worst of ${facts.partitions} partitions`}
            </Definition>
          </dt>
          <dd>
            {facts.worst === null ? <Unknown /> : <Lag lag={facts.worst.lag} partition={facts.worst.partition} />}
          </dd>
        </div>
        <div>
          <dt>
            <Definition term="age">Data age</Definition>
          </dt>
          <dd>{ageMs === null ? <Unknown /> : durationText(ageMs)}</dd>
        </div>
        <div>
          <dt>
            <Definition term="watermark">Watermark</Definition>
          </dt>
          <dd>{facts.watermarkAt === null ? <Unknown /> : clockText(facts.watermarkAt, zone)}</dd>
        </div>
        <div>
          <dt>
            <Definition term="checkpoint">Checkpoint</Definition>
          </dt>
          <dd>{facts.checkpointAgeMs === null ? <Unknown /> : `${durationText(facts.checkpointAgeMs)} ago`}</dd>
        </div>
        <div>
          <dt>
            <Definition term="rejected">Dead letters</Definition>
          </dt>
          <dd>
            {countText(facts.rejected)} <small>{facts.reasons}</small>
          </dd>
        </div>
        <div>
          <dt>
            <Definition term="late">Late</Definition>
          </dt>
          <dd>{countText(facts.late)}</dd>
        </div>
        <div>
          <dt>
            <Definition term="duplicates">Duplicates</Definition>
          </dt>
          <dd>{countText(facts.duplicates)}</dd>
        </div>
        <div>
          <dt>Sources</dt>
          <dd>
            {facts.sources.length === 0 ? <Unknown words="none yet" /> : facts.sources.join(', ')}{' '}
            {facts.trouble === null ? null : <small className="stale">{facts.trouble}</small>}
          </dd>
        </div>
      </dl>
    </section>
  );
}

function Shape({ state }: { state: PipelineFacts['state'] }) {
  if (state === 'keeping_up') return <Dot />;
  if (state === 'trouble' || state === 'silent') return <ClockShape />;
  return <Ring />;
}

function Lag({ lag, partition }: { lag: number; partition: number }) {
  return (
    <>
      {countText(lag)} <small>records{lag > 0 ? ` (p${partition})` : ''}</small>
    </>
  );
}

function Unknown({ words = 'unknown' }: { words?: string }) {
  return <span className="muted">{words}</span>;
}
