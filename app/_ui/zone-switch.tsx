'use client';
import { usePathname } from 'next/navigation';
import { Key } from './key.tsx';
import { useKeys } from './keys.ts';
import { remember, ZONE_COOKIE } from './preference.ts';
import { useReplace } from './refresh.ts';

/** The broadcast's zone, UTC, yours, in turn. The link and a cookie remember. */
export function ZoneSwitch({ zone, home, label }: { zone: string; home: string; label: string }) {
  const replace = useReplace();
  const path = usePathname();
  const turn = (): void => {
    const yours = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const zones = [...new Set([home, 'UTC', yours])];
    const next = zones[(zones.indexOf(zone) + 1) % zones.length] ?? home;
    const query = new URLSearchParams(window.location.search);
    query.set('tz', next);
    remember(ZONE_COOKIE, next);
    replace(`${path}?${query}`);
  };
  useKeys({ z: turn });
  return (
    <button type="button" className="plain" onClick={turn} aria-label={`Time zone: ${label}. Change`}>
      {label} <Key>Z</Key>
    </button>
  );
}
