'use client';
/** The open or last crash window as a card that can be sent on. */
import Link from 'next/link';
import { useState } from 'react';
import { incidentLines, incidentText } from '../../lib/series/incident.ts';
import { focusWindow, type LiveView } from '../../lib/series/live-view.ts';
import { broadcastPath } from '../_ui/broadcast-path.ts';
import { Definition } from '../_ui/definition.tsx';
import type { Term } from '../_ui/definitions.ts';
import { Key } from '../_ui/key.tsx';
import { useKeys } from '../_ui/keys.ts';

const TERMS: Readonly<Record<string, Term>> = {
  Connected: 'connected',
  Dropped: 'dropped',
  Blocked: 'blocked',
  'Likely cause': 'risk',
  Back: 'return',
  Lost: 'lost',
  State: 'state',
};

export function IncidentCard({ view, zone, now }: { view: LiveView; zone: string; now: number }) {
  const [copied, setCopied] = useState('');
  const window = focusWindow(view.windows);
  const copy = (): void => {
    if (window === null) return;
    const text = incidentText(view, window, zone, now, globalThis.location.href);
    const done = navigator.clipboard?.writeText(text) ?? Promise.reject(new Error('no clipboard'));
    done.then(
      () => setCopied('Copied'),
      () => setCopied('The browser does not let it be copied'),
    );
  };
  useKeys({ i: copy });
  if (window === null) return null;
  const replay = `${broadcastPath(view.broadcast, 'replay')}?${new URLSearchParams({ w: window.id })}`;
  return (
    <section aria-label="Incident" className="incident">
      <div className="hd">
        <h2>
          <Definition term="window">Crash window</Definition>
        </h2>
        <span className="sub" role="status">
          {copied}
        </span>
        <button type="button" className="chip" onClick={copy}>
          Copy
        </button>
        <Key>I</Key>
        <Link className="chip" href={replay} prefetch={false}>
          Replay
        </Link>
      </div>
      <dl className="rows card">
        {incidentLines(window, zone, now).map(({ name, value }) => (
          <div key={name}>
            <dt>{name in TERMS ? <Definition term={TERMS[name] ?? 'window'}>{name}</Definition> : name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
