'use client';
/** Where a claim is entered: read at first by the machine, confirmed by a person, checked, and kept. */
import { useId, useRef, useState } from 'react';
import type { Claim, Verdict } from '../../lib/compare/claim.ts';
import { readClaimText } from '../../lib/compare/claim-reading.ts';
import { KIND_WORDS, KINDS, type Kind, parseKind } from '../../lib/compare/kind.ts';
import { apiPath } from '../_ui/broadcast-path.ts';
import { Key } from '../_ui/key.tsx';
import { instantOfLocal, localOfInstant } from '../_ui/local-instant.ts';
import { useRefresh } from '../_ui/refresh.ts';
import { ClaimRow } from './claim-row.tsx';

interface Props {
  broadcast: string;
  segments: readonly string[];
  /** other broadcasts and published figures a claim may speak of */
  others: readonly { id: string; name: string }[];
  zone: string;
  zoneShort: string;
  /** the peak's instant: where a claim of an instant begins to be asked, epoch ms */
  around: number;
}

interface Draft {
  text: string;
  value: string;
  kind: Kind;
  /** '' the whole broadcast, 'at' an instant, else `s:` and a segment's label */
  window: string;
  local: string;
  about: string;
}

type Standing =
  | { kind: 'asking' }
  | { kind: 'checking' }
  | { kind: 'checked'; claim: Claim & Verdict }
  | { kind: 'failed'; why: string };

const MOST_LETTERS = 280;

export function ClaimDesk({ broadcast, segments, others, zone, zoneShort, around }: Props) {
  const [text, setText] = useState('');
  const [draft, setDraft] = useState<Draft | null>(null);
  const [standing, setStanding] = useState<Standing>({ kind: 'asking' });
  const [kept, setKept] = useState(false);
  const first = useRef<HTMLInputElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const refresh = useRefresh();
  const name = useId();

  const read = (): void => {
    if (text.trim() === '') return;
    const { value, kind, segment } = readClaimText(text, segments);
    const fresh: Draft = {
      text: text.trim(),
      value: value ?? '',
      kind,
      window: segment === null ? '' : `s:${segment}`,
      local: localOfInstant(around, zone),
      about: '',
    };
    setDraft(fresh);
    setKept(false);
    setStanding({ kind: 'asking' });
    if (value !== null) void check(fresh, false);
    setTimeout(() => first.current?.focus(), 0);
  };
  const change = (part: Partial<Draft>): void => {
    if (draft === null) return;
    const next = { ...draft, ...part };
    setDraft(next);
    setStanding({ kind: 'asking' });
    if (next.value.trim() !== '' && !('value' in part) && !('local' in part)) void check(next, false);
  };
  const check = async (asked: Draft, keep: boolean): Promise<void> => {
    setStanding({ kind: 'checking' });
    const body = bodyOf(asked, zone, keep);
    if (typeof body === 'string') return setStanding({ kind: 'failed', why: body });
    try {
      const answer = await fetch(apiPath(broadcast, '/claims'), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      const said: unknown = await answer.json().catch(() => null);
      if (!answer.ok) return setStanding({ kind: 'failed', why: detailOf(said, answer.status) });
      if (!keep) return setStanding({ kind: 'checked', claim: said as Claim & Verdict });
      setDraft(null);
      setText('');
      setKept(true);
      setStanding({ kind: 'asking' });
      refresh();
      field.current?.focus();
    } catch {
      setStanding({ kind: 'failed', why: 'The server does not answer. What was entered is kept; try again.' });
    }
  };

  return (
    <section className="desk-claim" aria-label="Check a claim">
      <form
        className="ask"
        onSubmit={(event) => {
          event.preventDefault();
          read();
        }}
      >
        <span className="field">
          <input
            ref={field}
            value={text}
            maxLength={MOST_LETTERS}
            placeholder="Check a claim, for example: 600,000 people were in the room"
            aria-label="A claim, as it was said"
            autoComplete="off"
            onChange={(event) => {
              setText(event.target.value);
              setKept(false);
            }}
            onKeyDown={(event) => {
              if (event.key === 'Escape') setDraft(null);
            }}
          />
          <Key>Enter</Key>
        </span>
        <span className="sub" role="status">
          {kept ? 'Kept, below.' : 'Reads the number, the kind of number and the window; you confirm all three'}
        </span>
      </form>
      {draft === null ? null : (
        <form
          className="confirm"
          aria-label="Confirm what was claimed"
          onSubmit={(event) => {
            event.preventDefault();
            void check(draft, standing.kind === 'checked');
          }}
        >
          <div className="parts">
            <label htmlFor={`${name}-value`}>
              Number, as written
              <input
                id={`${name}-value`}
                ref={first}
                value={draft.value}
                maxLength={64}
                inputMode="text"
                placeholder="161,000"
                onChange={(event) => change({ value: event.target.value })}
                onBlur={() => {
                  if (draft.value.trim() !== '' && standing.kind === 'asking') void check(draft, false);
                }}
              />
            </label>
            <label htmlFor={`${name}-kind`}>
              Kind of number
              <select
                id={`${name}-kind`}
                value={draft.kind}
                onChange={(event) => change({ kind: parseKind(event.target.value) ?? 'unstated' })}
              >
                {KINDS.map((kind) => (
                  <option key={kind} value={kind}>
                    {KIND_WORDS[kind].name}
                  </option>
                ))}
              </select>
            </label>
            <label htmlFor={`${name}-window`}>
              Window
              <select
                id={`${name}-window`}
                value={draft.window}
                onChange={(event) => change({ window: event.target.value })}
              >
                <option value="">the whole broadcast</option>
                {segments.map((label) => (
                  <option key={label} value={`s:${label}`}>
                    segment “{label}”
                  </option>
                ))}
                <option value="at">an instant</option>
              </select>
            </label>
            {draft.window === 'at' ? (
              <label htmlFor={`${name}-at`}>
                Instant, {zoneShort}
                <input
                  id={`${name}-at`}
                  type="datetime-local"
                  step="1"
                  value={draft.local}
                  onChange={(event) => change({ local: event.target.value })}
                  onBlur={() => {
                    if (standing.kind === 'asking') void check(draft, false);
                  }}
                />
              </label>
            ) : null}
            <label htmlFor={`${name}-about`}>
              Of which stream
              <select
                id={`${name}-about`}
                value={draft.about}
                onChange={(event) => change({ about: event.target.value })}
              >
                <option value="">this broadcast</option>
                {others.map(({ id, name: words }) => (
                  <option key={id} value={id}>
                    {words}
                  </option>
                ))}
              </select>
            </label>
          </div>
          <p className="sub">{KIND_WORDS[draft.kind].means}.</p>
          <div aria-live="polite">
            {standing.kind === 'failed' ? <p className="stale">{standing.why}</p> : null}
            {standing.kind === 'checking' ? <p className="sub">Checking</p> : null}
            {standing.kind === 'checked' ? (
              <div className="cl">
                <ClaimRow claim={standing.claim} zone={zone} />
              </div>
            ) : null}
          </div>
          <p className="do">
            <button type="submit" className="btn primary">
              {standing.kind === 'checked' ? 'Keep this claim' : 'Check'}
            </button>
            <button type="button" className="btn" onClick={() => setDraft(null)}>
              Discard
            </button>
          </p>
        </form>
      )}
    </section>
  );
}

/** A sentence where the number or the instant is missing. */
function bodyOf(draft: Draft, zone: string, keep: boolean): Record<string, unknown> | string {
  if (draft.value.trim() === '') return 'A number was expected, as it was said, like 161,000 or 1.2M: fill it in.';
  const at = draft.window === 'at' ? instantOfLocal(draft.local, zone) : null;
  if (draft.window === 'at' && at === null) return 'An instant was expected with its day and its time: fill in both.';
  return {
    text: draft.text,
    value: draft.value,
    kind: draft.kind,
    at,
    segment: draft.window.startsWith('s:') ? draft.window.slice(2) : null,
    about: draft.about === '' ? null : draft.about,
    keep,
  };
}

function detailOf(said: unknown, status: number): string {
  const detail = typeof said === 'object' && said !== null && 'detail' in said ? said.detail : null;
  return typeof detail === 'string' ? detail : `The server answered ${status}; try again.`;
}
