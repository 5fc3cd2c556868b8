'use client';
import * as Popover from '@radix-ui/react-popover';
import { useEffect, useRef, useState } from 'react';
import { DEFINITIONS, type Term } from './definitions.ts';

/** A pointer that only passes by opens nothing, and one that goes to the words keeps them, ms. */
const RESTS_MS = 350;
const LEAVES_MS = 250;

/** A word with its definition behind it: one click, one key or one rest of the pointer away. */
export function Definition({ term, children }: { term: Term; children: React.ReactNode }) {
  const [open, setOpen] = useState(false);
  const hovered = useRef(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const later = (next: boolean) => (event: React.PointerEvent) => {
    if (event.pointerType !== 'mouse') return;
    clearTimeout(timer.current);
    // opened by a click it stays until it is closed
    if (open && !hovered.current) return;
    timer.current = setTimeout(
      () => {
        hovered.current = true;
        setOpen(next);
      },
      next ? RESTS_MS : LEAVES_MS,
    );
  };
  const { name, means, unit } = DEFINITIONS[term];
  return (
    <Popover.Root
      open={open}
      onOpenChange={(next) => {
        clearTimeout(timer.current);
        hovered.current = false;
        setOpen(next);
      }}
    >
      <Popover.Trigger className="def" onPointerEnter={later(true)} onPointerLeave={later(false)}>
        {children}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className="float"
          sideOffset={6}
          align="start"
          collisionPadding={8}
          aria-label={name}
          onOpenAutoFocus={(event) => hovered.current && event.preventDefault()}
          onCloseAutoFocus={(event) => hovered.current && event.preventDefault()}
          onPointerEnter={later(true)}
          onPointerLeave={later(false)}
        >
          <h3>{name}</h3>
          <p>{means}</p>
          <p className="foot">
            Counted in {unit}. <kbd>Esc</kbd> closes
          </p>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
