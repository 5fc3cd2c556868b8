'use client';
import { useState } from 'react';
import { clockText } from '../../lib/format/clock.ts';
import type { LiveView } from '../../lib/series/live-view.ts';
import { apiPath } from '../_ui/broadcast-path.ts';
import { Key } from '../_ui/key.tsx';

interface Props {
  view: LiveView;
  zone: string;
  field: React.RefObject<HTMLInputElement | null>;
  /** the instant of the key press, epoch ms on the server's clock; null while idle */
  at: number | null;
  now: number;
  onAt: (at: number | null) => void;
}

type Saving = { kind: 'idle' } | { kind: 'saving' } | { kind: 'saved' } | { kind: 'failed'; why: string };

const MOST_LETTERS = 280;

/** One line; its time is taken when writing starts, not when it ends. What could not be saved stays in the field. */
export function Notes({ view, zone, field, at, now, onAt }: Props) {
  const [text, setText] = useState('');
  const [saving, setSaving] = useState<Saving>({ kind: 'idle' });
  const send = async (): Promise<void> => {
    const label = text.trim();
    if (label === '') return;
    setSaving({ kind: 'saving' });
    const why = await postNote(view.broadcast, label, at ?? Math.round(now));
    if (why !== null) {
      setSaving({ kind: 'failed', why });
      return;
    }
    setText('');
    setSaving({ kind: 'saved' });
    onAt(null);
  };
  return (
    <section aria-label="Notes">
      <div className="hd">
        <h2>Notes</h2>
        <span className="sub" role="status">
          {saving.kind === 'saving' ? 'saving' : saving.kind === 'saved' ? 'saved' : ''}
        </span>
      </div>
      <form
        className="field note"
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <span className="muted nw">{at === null ? 'now' : clockText(at, zone)}</span>
        <input
          ref={field}
          value={text}
          maxLength={MOST_LETTERS}
          placeholder="What did you just do?"
          aria-label="Add a note"
          autoComplete="off"
          onFocus={() => {
            if (at === null) onAt(Math.round(now));
          }}
          onBlur={() => {
            if (text === '') onAt(null);
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

/** Null when saved, else the sentence that says why not. */
async function postNote(broadcast: string, label: string, at: number): Promise<string | null> {
  try {
    const answer = await fetch(apiPath(broadcast, '/notes'), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ label, at }),
    });
    if (answer.ok) return null;
    const problem: unknown = await answer.json().catch(() => null);
    const detail =
      typeof problem === 'object' && problem !== null && 'detail' in problem && typeof problem.detail === 'string'
        ? problem.detail
        : `the server answered ${answer.status}`;
    return `Not saved: ${detail} The text is kept; press Enter to try again.`;
  } catch {
    return 'Not saved: the server does not answer. The text is kept; press Enter to try again.';
  }
}
