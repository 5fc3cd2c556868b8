'use client';
import { useState } from 'react';
import { Key } from './key.tsx';
import { useKeys } from './keys.ts';

/** Copies the address as it stands: what is looked at is in it. */
export function CopyLink() {
  const [words, setWords] = useState('Copy link');
  const copy = (): void => {
    const done = navigator.clipboard?.writeText(window.location.href);
    if (done === undefined) setWords('Not allowed');
    else done.then(() => setWords('Copied')).catch(() => setWords('Not allowed'));
    setTimeout(() => setWords('Copy link'), 2000);
  };
  useKeys({ y: copy });
  return (
    <button type="button" className="btn desk" onClick={copy}>
      {words} <Key>Y</Key>
    </button>
  );
}
