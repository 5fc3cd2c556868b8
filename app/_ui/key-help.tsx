'use client';
import * as Dialog from '@radix-ui/react-dialog';
import Link from 'next/link';
import { useEffect, useState } from 'react';
import { Key } from './key.tsx';
import { KEY_LIST } from './key-list.ts';
import { setSingleKeys, singleKeysOn, useKeys } from './keys.ts';

/** The list of keys. `?` on a focused number opens that number's definition instead. */
export function KeyHelp() {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    // the dialog locks scrolling with a style of its own, which the page's policy admits by this nonce
    Object.assign(globalThis, { __webpack_nonce__: document.querySelector('script')?.nonce });
  }, []);
  useKeys({
    '?': (event) => {
      event.preventDefault();
      const focused = document.activeElement;
      if (focused instanceof HTMLButtonElement && focused.classList.contains('def')) focused.click();
      else setOpen(true);
    },
  });
  return (
    <Dialog.Root open={open} onOpenChange={setOpen}>
      <Dialog.Trigger className="plain">
        Help <Key>?</Key>
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Overlay className="scrim" />
        <Dialog.Content className="float dialog" aria-describedby={undefined}>
          <Dialog.Title>Keyboard</Dialog.Title>
          <dl className="keys">
            {KEY_LIST.map(({ keys, does }) => (
              <KeyLine key={does} keys={keys} does={does} />
            ))}
          </dl>
          <SingleKeys />
          <p className="foot">
            <Link href="/help">What every number means</Link>
          </p>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function KeyLine({ keys, does }: { keys: readonly string[]; does: string }) {
  return (
    <>
      <dt>
        {keys.map((key) => (
          <kbd key={key} style={{ marginRight: 4 }}>
            {key}
          </kbd>
        ))}
      </dt>
      <dd>{does}</dd>
    </>
  );
}

function SingleKeys() {
  const [on, setOn] = useState(true);
  useEffect(() => setOn(singleKeysOn()), []);
  return (
    <div className="foot checks">
      <label>
        <input
          type="checkbox"
          checked={on}
          onChange={(event) => {
            setSingleKeys(event.target.checked);
            setOn(event.target.checked);
          }}
        />
        Single keys do something
      </label>
    </div>
  );
}
