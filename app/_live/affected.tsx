'use client';
import { useState } from 'react';
import { countText, shareText, timesText } from '../../lib/format/number.ts';
import { focusWindow, type LiveView } from '../../lib/series/live-view.ts';
import { Definition } from '../_ui/definition.tsx';

const CODE = 'code';
const MOST_ROWS = 6;

/** Who was dropped: by attribute value among those present, or the error codes. */
export function Affected({ view }: { view: LiveView }) {
  const window = focusWindow(view.windows);
  const attributes = [...new Set((window?.causes ?? []).map((cause) => cause.attribute))];
  const tabs = [...attributes, ...(view.codes === null ? [] : [CODE])];
  const [chosen, setChosen] = useState<string | null>(null);
  const tab = chosen !== null && tabs.includes(chosen) ? chosen : (tabs[0] ?? null);
  return (
    <section aria-label="Who is affected" id="who">
      <div className="hd">
        <h2>Who is affected</h2>
        {tabs.length < 2 ? null : (
          <fieldset className="seg sm">
            <legend className="sr">By</legend>
            {tabs.map((name) => (
              <button key={name} type="button" aria-pressed={name === tab} onClick={() => setChosen(name)}>
                {capital(name)}
              </button>
            ))}
          </fieldset>
        )}
      </div>
      {tab === null || (window === null && tab !== CODE) ? (
        <p className="sub">{window === null ? 'Nobody: no crash window.' : 'No attribute was sent that could tell.'}</p>
      ) : tab === CODE ? (
        <CodeTable view={view} />
      ) : (
        <CauseTable causes={(window?.causes ?? []).filter((cause) => cause.attribute === tab)} attribute={tab} />
      )}
    </section>
  );
}

type Causes = NonNullable<ReturnType<typeof focusWindow>>['causes'];

function CauseTable({ causes, attribute }: { causes: Causes; attribute: string }) {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{capital(attribute)}</th>
          <th scope="col" className="num">
            <Definition term="dropped">Dropped</Definition>
          </th>
          <th scope="col">of those present</th>
          <th scope="col" className="num" aria-sort="descending">
            <Definition term="risk">Risk ratio</Definition> ↓
          </th>
        </tr>
      </thead>
      <tbody>
        {causes.slice(0, MOST_ROWS).map((cause) => {
          const share = cause.present === 0 ? null : cause.dropped / cause.present;
          return (
            <tr key={cause.value} className={cause.likely ? 'lead' : undefined}>
              <td className="mono value">{cause.value}</td>
              <td className="num">{countText(cause.dropped)}</td>
              <td className="nw">
                {share === null ? (
                  'unknown'
                ) : (
                  <>
                    <span className="sharebar">
                      <i style={{ width: `${Math.min(100, share * 100)}%` }} />
                    </span>{' '}
                    {shareText(share, { tight: true })}
                  </>
                )}
              </td>
              <td className="num">{timesText(cause.riskRatio)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function CodeTable({ view }: { view: LiveView }) {
  const { codes } = view;
  if (codes === null || codes.total === 0) return <p className="sub">No errors in this time.</p>;
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Code</th>
          <th scope="col" className="num" aria-sort="descending">
            Errors ↓
          </th>
          <th scope="col" className="num">
            of all
          </th>
        </tr>
      </thead>
      <tbody>
        {codes.list.slice(0, MOST_ROWS).map(({ code, count }) => (
          <tr key={code}>
            <td className="mono value">{code}</td>
            <td className="num">{countText(count)}</td>
            <td className="num">{shareText(count / codes.total, { tight: true })}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
