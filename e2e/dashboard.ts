/** How a person finds things on the pages. */
import type { Locator, Page } from 'playwright';

/** The big figure of that name on a live page, e.g. `Connected`. */
export function figure(page: Page, name: 'Connected' | 'Hearing'): Locator {
  return page
    .locator('.figure')
    .filter({ has: page.locator('.lab', { hasText: name }) })
    .locator('.hero');
}

/** The number it shows; null while it shows a word. */
export async function shown(locator: Locator): Promise<number | null> {
  const text = (await locator.textContent())?.trim() ?? '';
  return /^[\d,]+$/.test(text) ? Number(text.replaceAll(',', '')) : null;
}

/** The row of a broadcast in the overview. */
export function row(page: Page, broadcast: string): Locator {
  return page.locator(`tr[data-broadcast="${broadcast}"]`);
}

/** Red, green and blue of an element's ground, added: 0 black, 765 white. */
export function lightness(locator: Locator): Promise<number> {
  return locator.evaluate((element) => {
    const parts = getComputedStyle(element).backgroundColor.match(/\d+/g) ?? [];
    return parts.slice(0, 3).reduce((sum, part) => sum + Number(part), 0);
  });
}
