'use client';
import { useId, useState } from 'react';
import { instantOfLocal, localOfInstant } from '../_ui/local-instant.ts';

export interface RemarkDraft {
  label: string;
  /** epoch ms; `to` only of a segment, null while it is open */
  from: number;
  to: number | null;
  author: string;
}

interface Props {
  what: 'note' | 'segment';
  /** as it stands, or where a new one begins */
  draft: RemarkDraft;
  isNew: boolean;
  zone: string;
  zoneShort: string;
  /** resolves with what went wrong, null where nothing did */
  save: (draft: RemarkDraft) => Promise<string | null>;
  cancel: () => void;
}

/** One line to correct a note or a segment, or to add one. Enter saves, Esc leaves it. */
export function RemarkForm({ what, draft, isNew, zone, zoneShort, save, cancel }: Props) {
  const name = useId();
  const [label, setLabel] = useState(draft.label);
  const [from, setFrom] = useState(localOfInstant(draft.from, zone));
  const [to, setTo] = useState(draft.to === null ? '' : localOfInstant(draft.to, zone));
  const [author, setAuthor] = useState(draft.author);
  const [saving, setSaving] = useState(false);
  const [why, setWhy] = useState<string | null>(null);

  const submit = async (): Promise<void> => {
    const begin = sameOrNew(draft.from, from, zone);
    const end = to === '' ? null : sameOrNew(draft.to, to, zone);
    if (label.trim() === '') return setWhy('a text was expected; to take it back, use the button beside it.');
    if (draft.to !== null && to === '') return setWhy('an end was expected, since it had one: fill it in.');
    if (begin === null || (to !== '' && end === null)) return setWhy('day and time were expected: fill in both.');
    setSaving(true);
    setWhy(await save({ label: label.trim(), from: begin, to: end, author: author.trim() }));
    setSaving(false);
  };
  return (
    <form
      className="rf"
      aria-label={isNew ? `Add a ${what}` : `Correct the ${what} “${draft.label}”`}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') cancel();
      }}
    >
      <label htmlFor={`${name}-label`} className="wide">
        {what === 'note' ? 'What happened' : 'What it is called'}
        <input
          id={`${name}-label`}
          value={label}
          maxLength={280}
          // biome-ignore lint/a11y/noAutofocus: the form opens at the press of a button, to be filled in
          autoFocus
          autoComplete="off"
          onChange={(event) => setLabel(event.target.value)}
        />
      </label>
      <label htmlFor={`${name}-from`}>
        {what === 'note' ? 'When' : 'From'}, {zoneShort}
        <input
          id={`${name}-from`}
          type="datetime-local"
          step="1"
          value={from}
          onChange={(event) => setFrom(event.target.value)}
        />
      </label>
      {what === 'note' ? null : (
        <label htmlFor={`${name}-to`}>
          To, {zoneShort}
          <input
            id={`${name}-to`}
            type="datetime-local"
            step="1"
            value={to}
            onChange={(event) => setTo(event.target.value)}
          />
        </label>
      )}
      <label htmlFor={`${name}-author`}>
        Who says so
        <input
          id={`${name}-author`}
          value={author}
          maxLength={128}
          autoComplete="name"
          onChange={(event) => setAuthor(event.target.value)}
        />
      </label>
      <span className="do">
        <button type="submit" className="btn primary" disabled={saving}>
          {saving ? 'Saving' : 'Save'}
        </button>
        <button type="button" className="btn" onClick={cancel}>
          Leave it
        </button>
      </span>
      {why === null ? null : (
        <p className="stale" role="alert">
          Not saved: {why}
        </p>
      )}
    </form>
  );
}

/** A field shows whole seconds: what was not touched keeps its milliseconds. */
function sameOrNew(before: number | null, text: string, zone: string): number | null {
  if (before !== null && localOfInstant(before, zone) === text) return before;
  return instantOfLocal(text, zone);
}
