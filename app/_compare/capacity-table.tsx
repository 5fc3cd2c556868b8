/** Demand beside capacity: what was carried without trouble, and the rate at which this one broke. */
import { rateText } from '../../lib/format/number.ts';
import type { Compared } from '../_data/compare.ts';
import { LookSwatch } from './look.tsx';

export function CapacityTable({ capacities }: { capacities: Compared['capacities'] }) {
  const known = capacities.filter(({ joinsPerSecondMax }) => joinsPerSecondMax !== null);
  if (known.length === 0) return null;
  const untroubled = known.filter(({ crashWindows }) => crashWindows === 0);
  const most = Math.max(0, ...untroubled.map(({ joinsPerSecondMax }) => joinsPerSecondMax ?? 0));
  const [own] = capacities;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section className="capacity" tabIndex={0} aria-label="Demand beside capacity">
      <h2>
        Demand beside capacity <span className="muted">listeners a second, over 10 s</span>
      </h2>
      <table>
        <thead>
          <tr>
            <th scope="col">Broadcast</th>
            <th scope="col" className="num">
              Most who asked
            </th>
            <th scope="col" className="num">
              Most who got in
            </th>
            <th scope="col" className="num">
              Ceiling while failing
            </th>
            <th scope="col" className="num">
              Crash windows
            </th>
          </tr>
        </thead>
        <tbody>
          {known.map((one) => (
            <tr key={one.broadcast} className={one.broadcast === own?.broadcast ? 'me' : undefined}>
              <th scope="row">
                <span className="who">
                  <LookSwatch look={one.look} measured />
                  {one.name}
                </span>
              </th>
              <td className="num">{rate(one.attemptsPerSecondMax)}</td>
              <td className="num">{rate(one.joinsPerSecondMax)}</td>
              <td className="num">{one.ceilingPerSecond === null ? 'never failed' : rate(one.ceilingPerSecond)}</td>
              <td className="num">{one.crashWindows}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="sub">{sentence(own, untroubled.length, most)}</p>
    </section>
  );
}

/** Says whether it broke under demand or below what was carried before. */
function sentence(own: Compared['capacities'][number] | undefined, untroubled: number, most: number): string {
  if (own === undefined || own.ceilingPerSecond === null)
    return 'This broadcast never had a ceiling: joins did not fail.';
  const broke = `This one let in no more than ${rateText(own.ceilingPerSecond)} a second while joins failed`;
  if (untroubled === 0) return `${broke}. No broadcast beside it went without a crash window.`;
  return own.ceilingPerSecond < most
    ? `${broke}; ${rateText(most)} a second were carried elsewhere without a crash window, so it broke below what had been carried.`
    : `${broke}; elsewhere at most ${rateText(most)} a second were ever asked to be carried, so it broke under more demand.`;
}

function rate(perSecond: number | null): React.ReactNode {
  return perSecond === null ? <span className="muted">not measured</span> : `${rateText(perSecond)}/s`;
}
