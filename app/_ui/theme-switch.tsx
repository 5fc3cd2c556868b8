'use client';
import { useState } from 'react';
import { Key } from './key.tsx';
import { useKeys } from './keys.ts';
import { parseTheme, remember, THEME_COOKIE, THEMES, type Theme } from './preference.ts';

/** System, light, dark, in turn; the page changes at once and the server is told by cookie. */
export function ThemeSwitch({ initial }: { initial: Theme }) {
  const [theme, setTheme] = useState(initial);
  const turn = (): void => {
    const shown = parseTheme(document.documentElement.dataset.theme);
    const next = THEMES[(THEMES.indexOf(shown) + 1) % THEMES.length] ?? 'system';
    document.documentElement.dataset.theme = next;
    remember(THEME_COOKIE, next);
    setTheme(next);
  };
  useKeys({ t: turn });
  return (
    <button type="button" className="plain wide" onClick={turn} aria-label={`Theme: ${theme}. Change`}>
      {theme === 'system' ? 'System' : theme === 'light' ? 'Light' : 'Dark'} <Key>T</Key>
    </button>
  );
}
