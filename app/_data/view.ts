/** How a page is to be shown: zone and theme, from link and cookies. */
import 'server-only';
import { cookies } from 'next/headers';
import { isZone, zoneText } from '../../lib/format/clock.ts';
import { parseTheme, THEME_COOKIE, type Theme, ZONE_COOKIE } from '../_ui/preference.ts';
import { settings } from './settings.ts';

export type SearchParams = Record<string, string | string[] | undefined>;

export interface View {
  /** IANA name */
  zone: string;
  /** the zone from the settings */
  homeZone: string;
  zoneLabel: string;
  theme: Theme;
}

export async function viewOf(params: SearchParams, now: number): Promise<View> {
  const jar = await cookies();
  const asked = [one(params.tz), jar.get(ZONE_COOKIE)?.value].find((zone) => zone !== undefined && isZone(zone));
  const homeZone = settings().zone;
  const zone = asked ?? homeZone;
  return { zone, homeZone, zoneLabel: zoneText(now, zone), theme: parseTheme(jar.get(THEME_COOKIE)?.value) };
}

/** The first value of a parameter that may be repeated. */
export function one(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
