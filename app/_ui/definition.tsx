'use client';
import * as Popover from '@radix-ui/react-popover';
import { DEFINITIONS, type Term } from './definitions.ts';

/** A word with its definition behind it. */
export function Definition({ term, children }: { term: Term; children: React.ReactNode }) {
  const { name, means, unit } = DEFINITIONS[term];
  return (
    <Popover.Root>
      <Popover.Trigger className="def">{children}</Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="float" sideOffset={6} align="start" collisionPadding={8} aria-label={name}>
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
