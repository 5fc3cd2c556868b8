/** The top bar and the place for a page. */
import Link from 'next/link';
import type { PageState } from '../../lib/series/page-state.ts';
import type { View } from '../_data/view.ts';
import { FindField } from './find-field.tsx';
import { KeyHelp } from './key-help.tsx';
import { PageMark } from './page-mark.tsx';
import { ThemeSwitch } from './theme-switch.tsx';
import { ZoneSwitch } from './zone-switch.tsx';

export type Section = 'broadcasts' | 'compare' | 'help' | null;

export function PageFrame(props: { view: View; section: Section; state: PageState | null; children: React.ReactNode }) {
  const { view, section, state, children } = props;
  return (
    <>
      <a className="skip" href="#content">
        To the content
      </a>
      <header className="chrome">
        <Link href="/" className="brand">
          Headcount
        </Link>
        <nav aria-label="Main">
          <Link href="/" aria-current={section === 'broadcasts' ? 'page' : undefined}>
            Broadcasts
          </Link>
          <Link href="/compare" aria-current={section === 'compare' ? 'page' : undefined}>
            Compare
          </Link>
          <Link href="/help" aria-current={section === 'help' ? 'page' : undefined}>
            Definitions
          </Link>
        </nav>
        <div className="right">
          <FindField />
          <ZoneSwitch zone={view.zone} home={view.homeZone} label={view.zoneLabel} />
          <ThemeSwitch initial={view.theme} />
          <KeyHelp />
          <PageMark initial={state} />
        </div>
      </header>
      {children}
    </>
  );
}
