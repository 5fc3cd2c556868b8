'use client';
import * as Dialog from '@radix-ui/react-dialog';
import Link from 'next/link';
import { useEffect, useState } from 'react';
import { DEFINITIONS, isTerm, type Term } from './definitions.ts';
import { Key } from './key.tsx';
import { KEY_LIST } from './key-list.ts';
import { setSingleKeys, singleKeysOn, useKeys } from './keys.ts';

/** The list of keys. `?` on a focused number opens that number's definition instead. */
export function KeyHelp() {
  const [open, setOpen] = useState(false);
  const [term, setTerm] = useState<Term | null>(null);
  useEffect(() => {
    // the dialog locks scrolling with a style of its own, which the page's policy admits by this nonce
    Object.assign(globalThis, { __webpack_nonce__: document.querySelector('script')?.nonce });
  }, []);
  useKeys({
    '?': (event) => {
      event.preventDefault();
      const focused = document.activeElement;
      if (focused instanceof HTMLButtonElement && focused.classList.contains('def')) focused.click();
      else {
        setTerm(termOf(focused));
        setOpen(true);
      }
    },
  });
  return (
    <Dialog.Root open={open} onOpenChange={setOpen}>
      <Dialog.Trigger className="plain" onClick={() => setTerm(null)}>
        Help <Key>?</Key>
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Overlay className="scrim" />
        <Dialog.Content className="float dialog" aria-describedby={undefined}>
          {term === null ? <Keyboard /> : <Meaning term={term} />}
          <p className="foot">
            <Link href="/help">What every number means</Link>
          </p>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Keyboard() {
  return (
    <>
      <Dialog.Title>Keyboard</Dialog.Title>
      <dl className="keys">
        {KEY_LIST.map(({ keys, does }) => (
          <KeyLine key={does} keys={keys} does={does} />
        ))}
      </dl>
      <SingleKeys />
    </>
  );
}

function Meaning({ term }: { term: Term }) {
  const { name, means, unit } = DEFINITIONS[term];
  return (
    <>
      <Dialog.Title>{name}</Dialog.Title>
      <p>{means}</p>
      <p className="foot">Counted in {unit}.</p>
    </>
  );
}

/** The number a control stands for, where it says so in `data-term`. */
function termOf(element: Element | null): Term | null {
  const term = element instanceof HTMLElement ? (element.dataset.term ?? '') : '';
  return isTerm(term) ? term : null;
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
