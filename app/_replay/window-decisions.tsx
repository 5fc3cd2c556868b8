'use client';
/** What people decide of a crash window: acknowledged, dismissed with a reason, joined with the next one, or taken back. */
import { useId, useState } from 'react';
import { useRefresh } from '../_ui/refresh.ts';
import { sendDecision } from './send-correction.ts';

interface Props {
  broadcast: string;
  window: { id: string; words: string };
  /** the next window after it, where the two can be joined */
  next: { id: string; words: string } | null;
  /** it can be taken back what was decided */
  canRestore: boolean;
  isAcknowledged: boolean;
}

export function WindowDecisions({ broadcast, window, next, canRestore, isAcknowledged }: Props) {
  const refresh = useRefresh();
  const name = useId();
  const [dismissing, setDismissing] = useState(false);
  const [reason, setReason] = useState('');
  const [author, setAuthor] = useState('');
  const [sending, setSending] = useState(false);
  const [why, setWhy] = useState<string | null>(null);

  const decide = async (action: string, more: Record<string, unknown> = {}): Promise<void> => {
    setSending(true);
    const trouble = await sendDecision(broadcast, {
      window: window.id,
      action,
      author: author.trim() === '' ? null : author.trim(),
      ...more,
    });
    setSending(false);
    setWhy(trouble);
    if (trouble !== null) return;
    setDismissing(false);
    setReason('');
    refresh();
  };
  return (
    <div className="wd">
      <fieldset disabled={sending}>
        <legend className="sr">Decide about {window.words}</legend>
        <label htmlFor={`${name}-author`}>
          <span className="sr">Who decides</span>
          <input
            id={`${name}-author`}
            value={author}
            maxLength={128}
            placeholder="Who decides"
            autoComplete="name"
            onChange={(event) => setAuthor(event.target.value)}
          />
        </label>
        {isAcknowledged ? null : (
          <button type="button" className="btn" onClick={() => void decide('acknowledge')}>
            Acknowledge
          </button>
        )}
        <button
          type="button"
          className="btn"
          aria-expanded={dismissing}
          onClick={() => {
            setDismissing(!dismissing);
            setWhy(null);
          }}
        >
          Dismiss
        </button>
        {next === null ? null : (
          <button type="button" className="btn" onClick={() => void decide('join', { with: next.id })}>
            Join with {next.words}
          </button>
        )}
        {canRestore ? (
          <button type="button" className="btn" onClick={() => void decide('restore')}>
            As it was detected
          </button>
        ) : null}
      </fieldset>
      {dismissing ? (
        <form
          className="rf"
          aria-label="Dismiss this window"
          onSubmit={(event) => {
            event.preventDefault();
            if (reason.trim() === '') setWhy('a reason was expected: say why this was no crash.');
            else void decide('dismiss', { reason: reason.trim() });
          }}
          onKeyDown={(event) => {
            if (event.key === 'Escape') setDismissing(false);
          }}
        >
          <label htmlFor={`${name}-reason`} className="wide">
            Why this was no crash
            <input
              id={`${name}-reason`}
              value={reason}
              maxLength={280}
              // biome-ignore lint/a11y/noAutofocus: the form opens at the press of a button, to be filled in
              autoFocus
              autoComplete="off"
              onChange={(event) => setReason(event.target.value)}
            />
          </label>
          <span className="do">
            <button type="submit" className="btn primary" disabled={sending}>
              Dismiss this window
            </button>
          </span>
        </form>
      ) : null}
      {why === null ? null : (
        <p className="stale" role="alert">
          Not done: {why}
        </p>
      )}
    </div>
  );
}

/** Brings a window back that was dismissed. */
export function Restore({ broadcast, id, words }: { broadcast: string; id: string; words: string }) {
  const refresh = useRefresh();
  const [why, setWhy] = useState<string | null>(null);
  const restore = async (): Promise<void> => {
    const trouble = await sendDecision(broadcast, { window: id, action: 'restore' });
    setWhy(trouble);
    if (trouble === null) refresh();
  };
  return (
    <>
      <button type="button" className="plain" onClick={() => void restore()} aria-label={`Bring back: ${words}`}>
        Bring back
      </button>
      {why === null ? null : (
        <span className="stale" role="alert">
          {' '}
          Not done: {why}
        </span>
      )}
    </>
  );
}
