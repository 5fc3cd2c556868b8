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

type Saving = { kind: 'idle' } | { kind: 'saving' } | { kind: 'saved' } | { kind: 'failed'; why: string };

const MOST_LETTERS = 280;
const AUTHOR = 'headcount.author';

/** One line; its time is taken when writing starts, not when it ends. What could not be saved stays in the field. */
export function Notes({ view, zone, field, draft, clock, onDraft }: Props) {
  const [text, setText] = useState('');
  const [saving, setSaving] = useState<Saving>({ kind: 'idle' });
  const [author, setAuthor] = useAuthor();
  const kind = draft?.kind ?? 'note';
  const open = view.segments.findLast((segment) => segment.to === null) ?? null;
  const begin = (next: RemarkKind): void => {
    field.current?.focus();
    onDraft({ kind: next, at: draft?.at ?? clock() });
  };
  const send = async (): Promise<void> => {
    const label = text.trim();
    if (label === '' && !(kind === 'segment' && open !== null)) return;
    setSaving({ kind: 'saving' });
    const why = await post(view.broadcast, kind, label, draft?.at ?? clock(), author.trim());
    if (why !== null) {
      setSaving({ kind: 'failed', why: `Not saved: ${why} The text is kept; press Enter to try again.` });
      return;
    }
    setText('');
    setSaving({ kind: 'saved' });
    onDraft(null);
    field.current?.blur();
  };
  return (
    <section aria-label="Notes">
      <div className="hd">
        <h2>Notes</h2>
        <span className="sub" role="status">
          {saving.kind === 'saving' ? 'saving' : saving.kind === 'saved' ? 'saved' : ''}
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
          void send();
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
            setSaving({ kind: 'idle' });
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
      {saving.kind === 'failed' ? (
        <p className="sub stale" role="alert">
          {saving.why}
        </p>
      ) : null}
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
function post(broadcast: string, kind: RemarkKind, label: string, at: number, by: string): Promise<string | null> {
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
