/** SVG as text: attributes in the order given, text made safe, numbers with at most two decimals. */

export type Attributes = Readonly<Record<string, string | number | null | undefined>>;

/** Attributes that are null or undefined are left out. `inside` is already SVG. */
export function element(name: string, attributes: Attributes, inside = ''): string {
  let open = `<${name}`;
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === '') continue;
    open += ` ${key}="${typeof value === 'number' ? digits(value) : escapeText(value)}"`;
  }
  return inside === '' ? `${open}/>` : `${open}>${inside}</${name}>`;
}

export function path(d: string, attributes: Attributes): string {
  return d === '' ? '' : element('path', { d, ...attributes });
}

export interface TextLook {
  fill: string;
  size?: number;
  weight?: 400 | 500 | 600;
  anchor?: 'start' | 'middle' | 'end';
  /** colour of the 3 px that keep a label readable over a line */
  halo?: string;
}

export function label(x: number, y: number, words: string, look: TextLook): string {
  return element(
    'text',
    {
      x,
      y,
      fill: look.fill,
      'font-size': look.size ?? 11,
      'font-weight': look.weight === undefined || look.weight === 400 ? null : look.weight,
      'text-anchor': look.anchor === undefined || look.anchor === 'start' ? null : look.anchor,
      ...(look.halo === undefined
        ? {}
        : { 'paint-order': 'stroke', stroke: look.halo, 'stroke-width': 3, 'stroke-linejoin': 'round' }),
    },
    escapeText(words),
  );
}

/** `12`, `12.5`, `12.35`; never `-0`, never an exponent */
export function digits(value: number): string {
  const text = String(Math.round(value * 100) / 100);
  return text === '-0' ? '0' : text;
}

/** Characters that XML does not know are left out. */
export function escapeText(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** How wide words stand at a font size, px: rough, a little too wide rather than too narrow. */
export function textWidth(words: string, size = 11): number {
  let units = 0;
  for (const character of words) {
    if (/[ilj.,:;'|!()[\]]/.test(character)) units += 0.32;
    else if (/[mwMW—…]/.test(character)) units += 0.92;
    else if (/[A-Z0-9]/.test(character)) units += 0.66;
    else if (/[\u0020-\u024f]/.test(character)) units += 0.57;
    else units += 1.05;
  }
  return units * size;
}

/** Words cut to a width, with an ellipsis. */
export function fitted(words: string, width: number, size = 11): string {
  if (textWidth(words, size) <= width) return words;
  const characters = [...words];
  while (characters.length > 0 && textWidth(`${characters.join('')}…`, size) > width) characters.pop();
  return characters.length === 0 ? '' : `${characters.join('').trimEnd()}…`;
}
