'use client';
import * as Popover from '@radix-ui/react-popover';
import { useState } from 'react';
import { Key } from './key.tsx';
import { useKeys } from './keys.ts';

export interface FileLink {
  /** `CSV`, `PNG` */
  kind: string;
  words: string;
  href: string;
}

/** Files of what the page shows. Pictures come in the theme of the page. */
export function FilesMenu({ title, files }: { title: string; files: readonly FileLink[] }) {
  const [open, setOpen] = useState(false);
  useKeys({ e: () => setOpen((is) => !is) });
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger className="btn desk">
        Export <Key>E</Key>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="float" sideOffset={6} align="end" aria-label={title}>
          <h3>{title}</h3>
          <ul className="menu">
            {files.map(({ kind, words, href }) => (
              <li key={`${kind} ${words}`}>
                <a href={href} download onClick={(event) => inTheme(event.currentTarget, href)}>
                  <b>{kind}</b> <span>{words}</span>
                </a>
              </li>
            ))}
          </ul>
          <p className="foot">Unknown is an empty cell or null, never 0. Instants in files are UTC.</p>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

/** Only the browser knows whether the system's theme is dark. */
function inTheme(link: HTMLAnchorElement, href: string): void {
  if (!/\/chart\.(png|svg)\?/.test(href)) return;
  const dark = getComputedStyle(document.documentElement).colorScheme === 'dark';
  link.href = `${href}&theme=${dark ? 'dark' : 'light'}`;
}
