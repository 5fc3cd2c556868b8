'use client';
import { useRef } from 'react';
import { Key } from './key.tsx';
import { useKeys } from './keys.ts';
import { Glass } from './marks.tsx';

/** Goes to the overview with what was typed; a plain form, so it works before any script runs. */
export function FindField() {
  const input = useRef<HTMLInputElement>(null);
  useKeys({
    '/': (event) => {
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    },
  });
  return (
    <form action="/" className="field find" style={{ width: 210 }}>
      <Glass />
      <input
        ref={input}
        type="search"
        name="q"
        placeholder="Find a broadcast"
        aria-label="Find a broadcast"
        autoComplete="off"
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur();
        }}
      />
      <Key>/</Key>
    </form>
  );
}
