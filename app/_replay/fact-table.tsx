/** Every number of the broadcast, each to be cited. */
import { certaintyText, windowText } from '../../lib/compare/claim-text.ts';
import type { Figure } from '../../lib/compare/figure.ts';
import { countText } from '../../lib/format/number.ts';
import type { Report } from '../../lib/numbers/report.ts';
import { anchorOf, citation, stateText } from './citation.ts';
import { CopySentence } from './copy-sentence.tsx';

interface Props {
  report: Report;
  figures: readonly Figure[];
  zone: string;
  zoneShort: string;
}

export function FactTable({ report, figures, zone, zoneShort }: Props) {
  const state = stateText(report);
  const sure = certaintyText({ ...NOTHING, state: report.state, rev: report.rev });
  return (
    <section className="ft" aria-label="Facts">
      <h2>Facts</h2>
      <div className="tw">
        <table>
          <thead>
            <tr>
              <th scope="col">Number</th>
              <th scope="col" className="num">
                Value
              </th>
              <th scope="col">Definition</th>
              <th scope="col">Window, {zoneShort}</th>
              <th scope="col">State</th>
              <th scope="col" className="num">
                Copy
              </th>
            </tr>
          </thead>
          <tbody>
            {figures.map((figure) => (
              <tr key={figure.id} id={anchorOf(figure)}>
                <th scope="row">{capital(figure.name)}</th>
                <td className="num value">{countText(figure.value)}</td>
                <td className="ink2">{figure.definition}</td>
                <td className="ink2 nw">{windowText(figure, zone)}</td>
                <td className="muted nw" title={sure}>
                  {state}
                </td>
                <td className="num">
                  <CopySentence
                    name={figure.name}
                    sentence={citation(figure, report, zone)}
                    anchor={anchorOf(figure)}
                    rev={report.rev}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

const NOTHING = {
  id: '',
  kind: null,
  name: '',
  value: 0,
  unit: 'listeners',
  definition: '',
  from: null,
  to: null,
  segment: null,
  source: null,
} as const;

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
