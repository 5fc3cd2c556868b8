'use client';
import { useState } from 'react';
import { TickShape } from '../_ui/marks.tsx';

interface Props {
  name: string;
  sentence: string;
  anchor: string;
  rev: number;
}

/** Copies a number as a line to cite, with a link that says which revision it is of. */
export function CopySentence({ name, sentence, anchor, rev }: Props) {
  const [copied, setCopied] = useState<'no' | 'yes' | 'refused'>('no');
  const copy = (): void => {
    const link = `${window.location.origin}${window.location.pathname}?rev=${rev}#${anchor}`;
    const done = navigator.clipboard?.writeText(`${sentence} ${link}`);
    if (done === undefined) setCopied('refused');
    else done.then(() => setCopied('yes')).catch(() => setCopied('refused'));
  };
  return (
    <button
      type="button"
      className="plain"
      onClick={copy}
      onBlur={() => setCopied('no')}
      aria-label={`Copy as a sentence: ${name}`}
    >
      {copied === 'yes' ? (
        <>
          <TickShape /> copied
        </>
      ) : copied === 'refused' ? (
        'the browser refuses'
      ) : (
        <svg width="12" height="12" aria-hidden="true">
          <path d="M3.5.5h8v8h-8zM.5 3.5v8h8" fill="none" stroke="currentColor" />
        </svg>
      )}
    </button>
  );
}
