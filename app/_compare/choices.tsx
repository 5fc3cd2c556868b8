'use client';
/** What is compared and how it is drawn; every choice is in the link. */
import { useRouter } from 'next/navigation';
import { useTransition } from 'react';
import { KIND_WORDS, type Kind, parseKind } from '../../lib/compare/kind.ts';
import { countText } from '../../lib/format/number.ts';
import type { ComparedStream } from '../_data/compare.ts';
import { type CompareChoice, printCompare } from './compare-url.ts';
import { LookSwatch } from './look.tsx';

/** Goes to another choice; what is on the page stays until it is there. */
function useChoice(): [(next: CompareChoice) => void, boolean] {
  const router = useRouter();
  const [going, start] = useTransition();
  return [
    (next) => {
      const query = printCompare(next);
      const zone = new URLSearchParams(window.location.search).get('tz');
      if (zone !== null) query.set('tz', zone);
      start(() => router.replace(`/compare?${query}`, { scroll: false }));
    },
    going,
  ];
}

const ALIGN_WORDS = { start: 'Start', peak: 'Peak', onset: 'Onset', segment: 'Segment', clock: 'Clock' } as const;

export function Choices(props: {
  choice: CompareChoice;
  kinds: readonly Kind[];
  segments: readonly string[];
  curves: boolean;
  /** how many are not comparable */
  leftOut: number;
}) {
  const { choice, kinds, segments, curves, leftOut } = props;
  const [go, going] = useChoice();
  const aligns = (['start', 'peak', 'onset', 'segment', 'clock'] as const).filter(
    (align) => align !== 'segment' || segments.length > 0,
  );
  return (
    <div className="ctl" aria-busy={going}>
      <label>
        Compare by
        <select
          value={choice.kind}
          onChange={(event) => go({ ...choice, kind: parseKind(event.target.value) ?? 'peak' })}
        >
          {kinds.map((kind) => (
            <option key={kind} value={kind}>
              {KIND_WORDS[kind].name}
            </option>
          ))}
        </select>
      </label>
      {curves ? (
        <>
          <Group name="Align at">
            {aligns.map((align) => (
              <button
                key={align}
                type="button"
                aria-pressed={choice.align === align}
                onClick={() => go({ ...choice, align })}
              >
                {ALIGN_WORDS[align]}
              </button>
            ))}
          </Group>
          {choice.align === 'segment' ? (
            <label>
              Segment
              <select
                value={choice.segment ?? segments[0] ?? ''}
                onChange={(event) => go({ ...choice, segment: event.target.value })}
              >
                {segments.map((label) => (
                  <option key={label} value={label}>
                    {label}
                  </option>
                ))}
              </select>
            </label>
          ) : null}
          <Group name="Scale">
            <button
              type="button"
              aria-pressed={choice.scale === 'listeners'}
              onClick={() => go({ ...choice, scale: 'listeners' })}
            >
              Listeners
            </button>
            <button
              type="button"
              aria-pressed={choice.scale === 'share'}
              onClick={() => go({ ...choice, scale: 'share' })}
            >
              Share of peak
            </button>
          </Group>
          <Group name="Layout">
            <button
              type="button"
              aria-pressed={choice.layout === 'overlay'}
              onClick={() => go({ ...choice, layout: 'overlay' })}
            >
              Overlay
            </button>
            <button
              type="button"
              aria-pressed={choice.layout === 'small'}
              onClick={() => go({ ...choice, layout: 'small' })}
            >
              Small multiples
            </button>
          </Group>
        </>
      ) : null}
      {leftOut === 0 ? null : (
        <a className="end sub nw" href="#left-out">
          {countText(leftOut)} left out, see why
        </a>
      )}
    </div>
  );
}

function Group({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div className="g">
      <span aria-hidden="true">{name}</span>
      <fieldset className="seg">
        <legend className="sr">{name}</legend>
        {children}
      </fieldset>
    </div>
  );
}

/** Which of the comparable streams are drawn. */
export function StreamChecks({ choice, streams }: { choice: CompareChoice; streams: readonly ComparedStream[] }) {
  const [go] = useChoice();
  const turn = (stream: ComparedStream): void => {
    const shown = streams
      .filter((one) => one.look !== 0 && (one.id === stream.id ? !one.on : one.on))
      .map(({ id }) => id);
    go({ ...choice, shown });
  };
  return (
    <ul className="refs">
      {[...streams].sort(countedFirst).map((stream) => (
        <li key={stream.id}>
          <label>
            <input
              type="checkbox"
              checked={stream.on}
              disabled={stream.look === 0 || (stream.measured && stream.look === null)}
              onChange={() => turn(stream)}
            />
            <LookSwatch look={stream.look} measured={stream.measured} />
            <span className="cut">{stream.name}</span>
          </label>
          <span className={stream.measured ? 'chip fill' : 'chip dash'}>
            {stream.measured ? 'measured' : 'reported'}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** The broadcast itself, then counted ones in the order of their hues, then published ones, the smallest first. */
function countedFirst(a: ComparedStream, b: ComparedStream): number {
  if (a.measured !== b.measured) return a.measured ? -1 : 1;
  return a.measured ? (a.look ?? 99) - (b.look ?? 99) : a.figure.value - b.figure.value;
}
