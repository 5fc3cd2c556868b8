'use client';
import * as Popover from '@radix-ui/react-popover';
import { useState } from 'react';
import { Key } from '../_ui/key.tsx';
import { useKeys } from '../_ui/keys.ts';

/** The seconds on screen as a file. `from` and `to` in epoch ms, both included. */
export function ExportMenu({ path, from, to }: { path: string; from: number; to: number }) {
  const [open, setOpen] = useState(false);
  useKeys({ e: () => setOpen((is) => !is) });
  const query = (format: string): string =>
    `${path}?${new URLSearchParams({ from: String(Math.ceil(from)), to: String(Math.floor(to) + 1), format })}`;
  const seconds = Math.floor((to - from) / 1000) + 1;
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger className="btn desk">
        Export <Key>E</Key>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="float" sideOffset={6} align="end" aria-label="Export what is on screen">
          <h3>Export what is on screen</h3>
          <ul className="menu">
            <li>
              <a href={query('csv')} download>
                <b>CSV</b> <span>{seconds} seconds, with state and revision</span>
              </a>
            </li>
            <li>
              <a href={query('json')} download>
                <b>JSON</b> <span>the same rows</span>
              </a>
            </li>
          </ul>
          <p className="foot">Unknown is an empty cell or null, never 0. Instants are UTC.</p>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
