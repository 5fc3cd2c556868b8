'use client';
import { useEffect, useState } from 'react';
import { clockText } from '../../lib/format/clock.ts';
import type { LiveView } from '../../lib/series/live-view.ts';
import { apiPath } from '../_ui/broadcast-path.ts';
import { Key } from '../_ui/key.tsx';
import { problemSentence } from '../_ui/problem-sentence.ts';

export type RemarkKind = 'note' | 'segment';

/** What is being written: its kind, and the instant of the key press, epoch ms on the server's clock. */
export interface Draft {
  kind: RemarkKind;
  at: number;
}

interface Props {
  view: LiveView;
  zone: string;
  field: React.RefObject<HTMLInputElement | null>;
  /** null while idle */
  draft: Draft | null;
  /** the instant of a remark made at this moment, epoch ms */
  clock: () => number;
  onDraft: (draft: Draft | null) => void;
}

interface Remark extends Draft {
  label: string;
}

const MOST_LETTERS = 280;
const AUTHOR = 'headcount.author';

/**
 * One line; its time is taken when writing starts, not when it ends. At Enter the line is free for the next remark, however
 * long the last one takes; what could not be saved stands below until it is sent again.
 */
export function Notes({ view, zone, field, draft, clock, onDraft }: Props) {
  const [text, setText] = useState('');
  const [saving, setSaving] = useState(0);
  const [saved, setSaved] = useState(false);
  const [unsaved, setUnsaved] = useState<{ remark: Remark; why: string }[]>([]);
  const [author, setAuthor] = useAuthor();
  const kind = draft?.kind ?? 'note';
  const open = view.segments.findLast((segment) => segment.to === null) ?? null;
  const begin = (next: RemarkKind): void => {
    field.current?.focus();
    onDraft({ kind: next, at: draft?.at ?? clock() });
  };
  const send = async (remark: Remark): Promise<void> => {
    setSaving((count) => count + 1);
    const why = await post(view.broadcast, remark, author.trim());
    setSaving((count) => count - 1);
    setSaved(why === null);
    if (why !== null) setUnsaved((before) => [...before, { remark, why }]);
  };
  const enter = (): void => {
    const label = text.trim();
    if (label === '' && !(kind === 'segment' && open !== null)) return;
    setText('');
    onDraft(null);
    field.current?.blur();
    void send({ kind, label, at: draft?.at ?? clock() });
  };
  const again = (remark: Remark): void => {
    setUnsaved((before) => before.filter((each) => each.remark !== remark));
    void send(remark);
  };
  return (
    <section aria-label="Notes">
      <div className="hd">
        <h2>Notes</h2>
        <span className="sub" role="status">
          {saving > 0 ? 'saving' : saved ? 'saved' : ''}
        </span>
        <fieldset className="seg sm">
          <legend className="sr">What to add</legend>
          <button type="button" aria-pressed={kind === 'note'} onClick={() => begin('note')}>
            Note <Key>N</Key>
          </button>
          <button type="button" aria-pressed={kind === 'segment'} onClick={() => begin('segment')}>
            Segment <Key>S</Key>
          </button>
        </fieldset>
      </div>
      <form
        className="field note"
        onSubmit={(event) => {
          event.preventDefault();
          enter();
        }}
      >
        <span className="muted nw">{draft === null ? 'now' : clockText(draft.at, zone)}</span>
        <input
          ref={field}
          value={text}
          maxLength={MOST_LETTERS}
          placeholder={placeholder(kind, open?.label ?? null)}
          aria-label={kind === 'note' ? 'Add a note' : 'Name the segment that begins'}
          autoComplete="off"
          onFocus={() => {
            if (draft === null) onDraft({ kind: 'note', at: clock() });
          }}
          onBlur={() => {
            if (text === '') onDraft(null);
          }}
          onChange={(event) => {
            setText(event.target.value);
            setSaved(false);
          }}
          onKeyDown={(event) => {
            if (event.key === 'Escape') event.currentTarget.blur();
          }}
        />
        <Key>Enter</Key>
      </form>
      <label className="author">
        <span className="muted">by</span>
        <input
          value={author}
          maxLength={128}
          placeholder="your name, kept in this browser"
          autoComplete="name"
          onChange={(event) => setAuthor(event.target.value)}
        />
      </label>
      {unsaved.map(({ remark, why }) => (
        <p className="sub stale" role="alert" key={`${remark.at} ${remark.label}`}>
          Not saved: {why} {remark.label === '' ? 'The end of the segment' : `“${remark.label}”`} is kept here.{' '}
          <button type="button" className="btn" onClick={() => again(remark)}>
            Save again
          </button>
        </p>
      ))}
      {view.notes.length === 0 ? <p className="sub none">No notes yet.</p> : null}
      <ol className="notes">
        {view.notes
          .map((note, index) => ({ note, number: index + 1 }))
          .reverse()
          .map(({ note, number }) => (
            <li key={`${note.at} ${note.id ?? note.label}`}>
              <b>{number}</b>
              <span className="muted">{clockText(note.at, zone)}</span>
              <span>
                {note.label}
                {note.author === null ? null : <span className="muted"> {note.author}</span>}
              </span>
            </li>
          ))}
      </ol>
    </section>
  );
}

function placeholder(kind: RemarkKind, open: string | null): string {
  if (kind === 'note') return 'What did you just do?';
  return open === null ? 'What begins now?' : `What begins now? Empty ends “${open}”`;
}

/** A segment begins with its name; one without a name ends the one that is open. Null when saved, else why not. */
function post(broadcast: string, { kind, label, at }: Remark, by: string): Promise<string | null> {
  const author = by === '' ? {} : { author: by };
  const body = kind === 'note' ? { label, at } : label === '' ? { to: at } : { label, from: at };
  return problemSentence(() =>
    fetch(apiPath(broadcast, kind === 'note' ? '/notes' : '/segments'), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...body, ...author }),
    }),
  );
}

/** Typed once, kept in this browser. */
function useAuthor(): [string, (name: string) => void] {
  const [author, setAuthor] = useState('');
  useEffect(() => {
    try {
      setAuthor(window.localStorage.getItem(AUTHOR) ?? '');
    } catch {
      // no storage: it lasts for this page
    }
  }, []);
  const change = (name: string): void => {
    setAuthor(name);
    try {
      window.localStorage.setItem(AUTHOR, name);
    } catch {
      // no storage: it lasts for this page
    }
  };
  return [author, change];
}
