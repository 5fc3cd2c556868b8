/** A picture as PNG, with the fonts that are shipped: none of the machine's own, so that bytes are the same everywhere. */
import { Resvg } from '@resvg/resvg-js';

/** As wide and high as the SVG says, in pixels; `scale` 2 doubles both for sharp screens. `fonts`: files, see `fontFiles`. */
export function pngOf(svg: string, fonts: readonly string[], scale = 1): Uint8Array {
  const image = new Resvg(svg, {
    font: { loadSystemFonts: false, fontFiles: [...fonts], defaultFontFamily: 'Inter', sansSerifFamily: 'Inter' },
    fitTo: { mode: 'zoom', value: scale },
    textRendering: 2,
  });
  return new Uint8Array(image.render().asPng());
}
