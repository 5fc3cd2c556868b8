import './_style/tokens.css';
import './_style/base.css';
import './_style/overview.css';
import './_style/live.css';
import './_style/wall.css';
import './_style/help.css';
import './_style/sheet.css';
import type { Metadata, Viewport } from 'next';
import { cookies } from 'next/headers';
import { inter, interCyrillic, interGreek, interLatinExt, mono } from './_style/fonts.ts';
import { parseTheme, THEME_COOKIE } from './_ui/preference.ts';

export const metadata: Metadata = {
  title: { default: 'Headcount', template: '%s | Headcount' },
  description: "The truth about a live broadcast's audience.",
};

const FONTS = [inter, interLatinExt, interCyrillic, interGreek, mono].map(({ variable }) => variable).join(' ');

export const viewport: Viewport = { width: 'device-width', initialScale: 1 };

export default async function RootLayout({ children }: { children: React.ReactNode }) {
  const theme = parseTheme((await cookies()).get(THEME_COOKIE)?.value);
  return (
    <html lang="en" data-theme={theme} className={FONTS} suppressHydrationWarning>
      <body>{children}</body>
    </html>
  );
}
