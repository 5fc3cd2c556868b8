/** A picture as PNG, with the fonts that are shipped: none of the machine's own, so that bytes are the same everywhere. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Resvg } from '@resvg/resvg-js';

const FONTS = [
  'inter/400Regular/Inter_400Regular.ttf',
  'inter/500Medium/Inter_500Medium.ttf',
  'inter/600SemiBold/Inter_600SemiBold.ttf',
];

/** `folder`: the project's, or any folder beneath it. Throws where the fonts are not installed: text would vanish. */
export function fontFiles(folder: string): string[] {
  for (let at = folder; ; at = dirname(at)) {
    const files = FONTS.map((file) => join(at, 'node_modules', '@expo-google-fonts', file));
    if (files.every((file) => existsSync(file))) return files;
    if (dirname(at) === at) {
      throw new Error(
        `The fonts of @expo-google-fonts/inter were expected in node_modules above ${folder} and are not there: run npm ci`,
      );
    }
  }
}

/** As wide and high as the SVG says, in pixels; `scale` 2 doubles both for sharp screens. */
export function pngOf(svg: string, fonts: readonly string[], scale = 1): Uint8Array {
  const image = new Resvg(svg, {
    font: { loadSystemFonts: false, fontFiles: [...fonts], defaultFontFamily: 'Inter', sansSerifFamily: 'Inter' },
    fitTo: { mode: 'zoom', value: scale },
    textRendering: 2,
  });
  return new Uint8Array(image.render().asPng());
}
