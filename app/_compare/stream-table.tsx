'use client';
/** Every stream whose number compares, with differences and ratios. */
import {
  createColumnHelper,
  createSortedRowModel,
  rowSortingFeature,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import Link from 'next/link';
import { useState } from 'react';
import { KIND_WORDS, type Kind } from '../../lib/compare/kind.ts';
import { clockText } from '../../lib/format/clock.ts';
import { countText, signedCountText, timesText } from '../../lib/format/number.ts';
import type { ComparedStream } from '../_data/compare.ts';
import { broadcastPath } from '../_ui/broadcast-path.ts';
import { DemoChip } from '../_ui/state-badge.tsx';
import { LookSwatch } from './look.tsx';

const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() });
const helper = createColumnHelper<typeof features, ComparedStream>();
const byText =
  (read: (row: ComparedStream) => string) => (a: { original: ComparedStream }, b: { original: ComparedStream }) =>
    read(a.original) < read(b.original) ? -1 : read(a.original) > read(b.original) ? 1 : 0;
const byNumber =
  (read: (row: ComparedStream) => number) => (a: { original: ComparedStream }, b: { original: ComparedStream }) =>
    read(a.original) - read(b.original);

const columns = helper.columns([
  helper.accessor('name', { header: 'Broadcast', sortFn: byText((row) => row.name) }),
  helper.display({ id: 'date', header: 'Date' }),
  helper.accessor('countedOn', { header: 'Counted on', sortFn: byText((row) => row.countedOn) }),
  helper.display({ id: 'kind', header: 'Kind' }),
  helper.accessor((row) => row.figure.value, {
    id: 'value',
    header: 'Value',
    sortFn: byNumber((row) => row.figure.value),
  }),
  helper.accessor('difference', { header: 'Difference', sortFn: byNumber((row) => row.difference) }),
  helper.accessor('ratio', { header: 'Of this one', sortFn: byNumber((row) => row.ratio ?? 0) }),
  helper.accessor('crashWindows', { header: 'Crash windows', sortFn: byNumber((row) => row.crashWindows ?? -1) }),
  helper.display({ id: 'sure', header: 'How sure' }),
]);

const NUMERIC = ['value', 'difference', 'ratio', 'crashWindows'];

interface Props {
  streams: ComparedStream[];
  kind: Kind;
  base: string;
  zone: string;
}

export function StreamTable({ streams, kind, base, zone }: Props) {
  const [sorting, setSorting] = useState([{ id: 'value', desc: true }]);
  const table = useTable({ features, columns, data: streams, getRowId: (row) => row.id, state: { sorting } });
  const turn = (id: string): void =>
    setSorting(([now]) => [{ id, desc: now?.id === id ? !now.desc : NUMERIC.includes(id) }]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section className="ct" tabIndex={0} aria-label="Every stream that compares">
      <table>
        <caption className="sr">Streams by {KIND_WORDS[kind].name}</caption>
        <thead>
          {table.getHeaderGroups().map((headers) => (
            <tr key={headers.id}>
              {headers.headers.map((header) => {
                const { id } = header.column;
                const sorted = sorting[0]?.id === id ? sorting[0] : null;
                return (
                  <th
                    key={header.id}
                    scope="col"
                    className={NUMERIC.includes(id) ? 'num' : undefined}
                    aria-sort={sorted === null ? undefined : sorted.desc ? 'descending' : 'ascending'}
                  >
                    {header.column.getCanSort() ? (
                      <button type="button" onClick={() => turn(id)}>
                        <table.FlexRender header={header} />
                        {sorted === null ? null : <span aria-hidden="true">{sorted.desc ? ' ↓' : ' ↑'}</span>}
                      </button>
                    ) : (
                      <table.FlexRender header={header} />
                    )}
                  </th>
                );
              })}
            </tr>
          ))}
        </thead>
        <tbody>
          {table.getRowModel().rows.map((row) => (
            <tr key={row.id} className={row.id === base ? 'me' : undefined}>
              {row.getAllCells().map((cell) => (
                <td key={cell.id} className={NUMERIC.includes(cell.column.id) ? 'num nw' : undefined}>
                  <StreamCell id={cell.column.id} stream={row.original} kind={kind} zone={zone} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function StreamCell(props: { id: string; stream: ComparedStream; kind: Kind; zone: string }) {
  const { id, stream, kind, zone } = props;
  const { figure } = stream;
  if (id === 'name') {
    return (
      <span className="who">
        <LookSwatch look={stream.look} measured={stream.measured} />
        {stream.measured ? (
          <Link href={broadcastPath(stream.id)} prefetch={false} className="name">
            {stream.name}
          </Link>
        ) : (
          stream.name
        )}
        {stream.demo ? <DemoChip /> : null}
      </span>
    );
  }
  if (id === 'date') return stream.date ?? 'unknown';
  if (id === 'countedOn') return stream.countedOn;
  if (id === 'kind')
    return <span className={stream.measured ? 'chip fill' : 'chip dash'}>{KIND_WORDS[kind].name}</span>;
  if (id === 'value') return `${figure.qualifier === '' ? '' : `${figure.qualifier} `}${countText(figure.value)}`;
  if (id === 'difference') return stream.look === 0 ? '' : signedCountText(stream.difference);
  if (id === 'ratio') return stream.look === 0 ? '1×' : stream.ratio === null ? 'unknown' : timesText(stream.ratio);
  if (id === 'crashWindows') {
    return stream.crashWindows === null ? <span className="muted">unknown</span> : countText(stream.crashWindows);
  }
  if (!stream.measured) return `reported: ${figure.source ?? stream.countedOn}`;
  if (stream.asOfAt === null) return 'measured, final';
  return `measured, running: may grow; as of ${clockText(stream.asOfAt, zone)}`;
}
