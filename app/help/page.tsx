import type { Metadata } from 'next';
import { type SearchParams, viewOf } from '../_data/view.ts';
import { DEFINITIONS, type Term } from '../_ui/definitions.ts';
import { KEY_LIST } from '../_ui/key-list.ts';
import { PageFrame } from '../_ui/page-frame.tsx';

export const metadata: Metadata = { title: 'Definitions' };

const GROUPS: readonly { name: string; terms: readonly Term[] }[] = [
  { name: 'At one second', terms: ['connected', 'hearing', 'suspect', 'peak', 'change'] },
  {
    name: 'Per second',
    terms: ['joins', 'gone', 'errors', 'comments', 'attempts', 'demand', 'ceiling', 'unmet', 'firstAudio'],
  },
  { name: 'Over a broadcast', terms: ['unique', 'reach', 'minutes', 'ama', 'segment', 'ran'] },
  {
    name: 'When it breaks',
    terms: [
      'window',
      'dropped',
      'left',
      'blocked',
      'expected',
      'depth',
      'lost',
      'return',
      'carryOver',
      'recovered',
      'risk',
      'gap',
    ],
  },
  {
    name: 'Can I trust it',
    terms: ['state', 'watermark', 'age', 'rate', 'lag', 'checkpoint', 'late', 'duplicates', 'rejected'],
  },
];

const WORDS: readonly [string, string][] = [
  ['Broadcast', 'The logical live event people talk about. All headline numbers are per broadcast.'],
  ['Room', 'One technical session of it. A broadcast may need several: the first fails, a second is opened.'],
  ['Listener', 'One person or account, by a pseudonymous id. Viewers are listeners.'],
  ['Connection', 'One attempt of one listener to be in one room. A reconnect is a new connection.'],
  ['Role', 'Listener, speaker or host. Every number counts listeners only; hosts have their own lane.'],
  ['Unknown', 'A number whose evidence is never sent is unknown: a word or nothing drawn, never 0.'],
];

export default async function HelpPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const view = await viewOf(await searchParams, Date.now());
  return (
    <PageFrame view={view} section="help" state={null}>
      <main id="content" className="help">
        <h1>What every number means</h1>
        <p className="lead">One definition per number, the same live, in a replay, in an export and in a metric.</p>
        <section aria-labelledby="words">
          <h2 id="words">Words</h2>
          <dl className="terms">
            {WORDS.map(([word, means]) => (
              <div key={word}>
                <dt>{word}</dt>
                <dd>{means}</dd>
                <dd />
              </div>
            ))}
          </dl>
        </section>
        {GROUPS.map(({ name, terms }) => (
          <section key={name} aria-labelledby={anchor(name)}>
            <h2 id={anchor(name)}>{name}</h2>
            <dl className="terms">
              {terms.map((term) => (
                <div key={term} id={term}>
                  <dt>{DEFINITIONS[term].name}</dt>
                  <dd>{DEFINITIONS[term].means}</dd>
                  <dd className="unit">{DEFINITIONS[term].unit}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
        <section aria-labelledby="keys">
          <h2 id="keys">Keys</h2>
          <dl className="keys">
            {KEY_LIST.map(({ keys, does }) => (
              <div key={does}>
                <dt>
                  {keys.map((key) => (
                    <kbd key={key}>{key}</kbd>
                  ))}
                </dt>
                <dd>{does}</dd>
              </div>
            ))}
          </dl>
          <p className="sub">Single keys rest while typing. The list behind ? switches them off.</p>
        </section>
      </main>
    </PageFrame>
  );
}

function anchor(name: string): string {
  return name.toLowerCase().replaceAll(' ', '-');
}
