'use client';
/** Notes and segments of the broadcast, each to be corrected or taken back; new ones are added at the playhead. */
import { useRef, useState } from 'react';
import { clockText } from '../../lib/format/clock.ts';
import { durationText } from '../../lib/format/duration.ts';
import type { Segment } from '../../lib/numbers/controls.ts';
import type { Note } from '../../lib/series/remarks.ts';
import { Key } from '../_ui/key.tsx';
import { useKeys } from '../_ui/keys.ts';
import { useRefresh } from '../_ui/refresh.ts';
import { type RemarkDraft, RemarkForm } from './remark-form.tsx';
import { parsePlace } from './replay-url.ts';
import { sendCorrection } from './send-correction.ts';

interface Props {
  broadcast: string;
  notes: readonly Note[];
  segments: readonly Segment[];
  /** where a new one begins before the playhead has moved, epoch ms */
  at: number;
  zone: string;
  zoneShort: string;
}

/** An event names another by an id of at most so many characters. */
const MOST_ID = 128;

type Remark = { what: 'note'; note: Note | null } | { what: 'segment'; segment: Segment | null };

export function RemarksDesk({ broadcast, notes, segments, at, zone, zoneShort }: Props) {
  const refresh = useRefresh();
  const [open, setOpen] = useState<Remark | null>(null);
  const [said, setSaid] = useState('');
  const [trouble, setTrouble] = useState<string | null>(null);
  const author = useRef('');
  const opener = useRef<HTMLElement | null>(null);

  const begin = (remark: Remark): void => {
    opener.current = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    setSaid('');
    setTrouble(null);
    setOpen(remark);
  };
  const leave = (): void => {
    setOpen(null);
    opener.current?.focus();
  };
  const send = async (remark: Remark, draft: RemarkDraft): Promise<string | null> => {
    author.current = draft.author;
    const why = await sendCorrection(broadcast, remark.what === 'note' ? 'notes' : 'segments', bodyOf(remark, draft));
    if (why !== null) return why;
    setSaid(`${remark.what === 'note' ? 'The note' : 'The segment'} is kept; the numbers follow.`);
    refresh();
    leave();
    return null;
  };
  const takeBack = async (remark: Remark): Promise<void> => {
    setSaid('');
    setTrouble(null);
    const why = await send(remark, { ...draftOf(remark, at, author.current), label: '' });
    if (why !== null) setTrouble(`Not taken back: ${why}`);
  };
  useKeys({
    n: (event) => {
      event.preventDefault();
      begin({ what: 'note', note: null });
    },
  });

  const form = (remark: Remark) => (
    <RemarkForm
      what={remark.what}
      draft={draftOf(remark, playheadOr(at), author.current)}
      isNew={isNew(remark)}
      zone={zone}
      zoneShort={zoneShort}
      save={(draft) => send(remark, draft)}
      cancel={leave}
    />
  );
  const actions = (remark: Remark, words: string, ids: readonly (string | null)[]) => {
    const unnamed = ids.some((id) => (id?.length ?? 0) > MOST_ID);
    return unnamed ? (
      <span className="muted">came without an id</span>
    ) : (
      <>
        <button type="button" className="plain" aria-label={`Correct ${words}`} onClick={() => begin(remark)}>
          Correct
        </button>
        <button type="button" className="plain" aria-label={`Take back ${words}`} onClick={() => void takeBack(remark)}>
          Take back
        </button>
      </>
    );
  };
  return (
    <section className="rd" aria-label="Notes and segments">
      <div className="fh">
        <h2>Notes and segments</h2>
        <span className="sub" role="status">
          {said}
        </span>
        <span className="end">
          <button type="button" className="btn" onClick={() => begin({ what: 'note', note: null })}>
            Add a note <Key>N</Key>
          </button>
          <button type="button" className="btn" onClick={() => begin({ what: 'segment', segment: null })}>
            Add a segment
          </button>
        </span>
      </div>
      {trouble === null ? null : (
        <p className="stale" role="alert">
          {trouble}
        </p>
      )}
      {open !== null && isNew(open) ? form(open) : null}
      <div className="tw">
        <table>
          <thead>
            <tr>
              <th scope="col">What</th>
              <th scope="col">Text</th>
              <th scope="col">When, {zoneShort}</th>
              <th scope="col">Who</th>
              <th scope="col" className="num">
                Correct
              </th>
            </tr>
          </thead>
          <tbody>
            {segments.map((segment) => (
              <tr key={segment.id}>
                <td>Segment</td>
                <th scope="row">
                  {open?.what === 'segment' && open.segment?.id === segment.id ? form(open) : segment.label}
                </th>
                <td className="ink2 nw">{segmentWhen(segment, zone)}</td>
                <td className="ink2">{segment.author ?? <span className="muted">not said</span>}</td>
                <td className="num nw">
                  {actions({ what: 'segment', segment }, `the segment “${segment.label}”`, [segment.id, segment.endId])}
                </td>
              </tr>
            ))}
            {notes.map((note, index) => (
              <tr key={note.id}>
                <td>Note {index + 1}</td>
                <th scope="row">{open?.what === 'note' && open.note?.id === note.id ? form(open) : note.label}</th>
                <td className="ink2 nw">{clockText(note.at, zone)}</td>
                <td className="ink2">{note.author ?? <span className="muted">not said</span>}</td>
                <td className="num nw">{actions({ what: 'note', note }, `the note “${note.label}”`, [note.id])}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {notes.length + segments.length === 0 ? <p className="sub">None in this broadcast.</p> : null}
    </section>
  );
}

function isNew(remark: Remark): boolean {
  return remark.what === 'note' ? remark.note === null : remark.segment === null;
}

/** A new one has no author yet but the last who wrote here. */
function draftOf(remark: Remark, at: number, author: string): RemarkDraft {
  if (remark.what === 'note') {
    const { note } = remark;
    return { label: note?.label ?? '', from: note?.at ?? at, to: null, author: note?.author ?? author };
  }
  const { segment } = remark;
  return {
    label: segment?.label ?? '',
    from: segment?.from ?? at,
    to: segment?.to ?? null,
    author: segment?.author ?? author,
  };
}

function bodyOf(remark: Remark, draft: RemarkDraft): Record<string, unknown> {
  const author = draft.author === '' ? null : draft.author;
  if (remark.what === 'note') {
    return { label: draft.label, at: draft.from, author, replaces: remark.note?.id ?? null };
  }
  const { segment } = remark;
  return {
    label: draft.label,
    from: draft.from,
    to: draft.to,
    author,
    ...(segment === null ? {} : { replaces: { start: segment.id, end: segment.endId } }),
  };
}

/** The link remembers where the playhead is. */
function playheadOr(at: number): number {
  const query = new URLSearchParams(typeof window === 'undefined' ? '' : window.location.search);
  return parsePlace((name) => query.get(name)).at ?? at;
}

function segmentWhen({ from, to }: Segment, zone: string): string {
  if (to === null) return `${clockText(from, zone)}, open`;
  return `${clockText(from, zone)} to ${clockText(to, zone)}, ${durationText(to - from)}`;
}
