'use client';
import { useState } from 'react';
import { Key } from './key.tsx';
import { useKeys } from './keys.ts';

/** Whether a chart is shown as a table, and the button that turns it; D turns it too, Esc brings the chart back. */
export function useTableSwitch(): { asTable: boolean; tableSwitch: React.ReactNode } {
  const [asTable, setAsTable] = useState(false);
  const turn = (): void => setAsTable((on) => !on);
  useKeys({ d: turn, Escape: () => setAsTable(false) });
  const tableSwitch = (
    <>
      <button type="button" className={asTable ? 'chip on' : 'chip'} aria-pressed={asTable} onClick={turn}>
        Table
      </button>
      <Key>D</Key>
    </>
  );
  return { asTable, tableSwitch };
}
