/** `headcount chart`: the audience chart as a picture. */
import { fileURLToPath } from 'node:url';
import { LARGEST, SMALLEST } from '../lib/chart/input.ts';
import { pictureSvg } from '../lib/chart/picture.ts';
import { readPicture } from '../lib/chart/read.ts';
import { THEMES } from '../lib/chart/theme.ts';
import { ALIGNMENTS, SCALES } from '../lib/compare/align.ts';
import { onsetsOf, readWindowDetail } from '../lib/forensics/detail.ts';
import { openReadStore } from '../lib/store/open.ts';
import { choiceOption, instantOption, numberOption, parseCommand, UsageError } from './arguments.ts';
import { writeOut } from './cannot-write.ts';
import { settingsFor } from './context.ts';
import { madeAt } from './made-at.ts';

export const help = `headcount chart BROADCAST [options]

  --format svg|png      default: svg, or what the name of --out ends in
  --width PX            default: 1200
  --height PX           default: 675
  --theme light|dark    default: light
  --from TIME --to TIME ISO 8601 or epoch ms; default: the whole broadcast
  --compare ID,…        up to four other broadcasts
  --align WHERE         start (default), peak, segment, onset (of the first crash window) or clock (time of day)
  --segment LABEL       the segment to align at
  --scale WHAT          listeners (default), or share of each broadcast's own peak
  --out FILE            default, and -: standard output
  --store URL           sqlite:PATH or postgres://…

Instants are in HEADCOUNT_TIMEZONE. The moment of making is the clock's, or SOURCE_DATE_EPOCH where it is set.
`;

const FORMATS = ['svg', 'png'] as const;

export async function run(args: string[]): Promise<number> {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseCommand(
    args,
    {
      format: text,
      width: text,
      height: text,
      theme: text,
      from: text,
      to: text,
      compare: text,
      align: text,
      segment: text,
      scale: text,
      out: text,
      store: text,
    },
    ['BROADCAST'],
  );
  const broadcast = positionals[0] ?? '';
  const byName = FORMATS.find((format) => values.out?.toLowerCase().endsWith(`.${format}`));
  const format = choiceOption('format', values.format, FORMATS) ?? byName ?? 'svg';
  const form = {
    width: pixels('width', values.width, SMALLEST.width, LARGEST.width) ?? 1200,
    height: pixels('height', values.height, SMALLEST.height, LARGEST.height) ?? 675,
    theme: choiceOption('theme', values.theme, THEMES) ?? 'light',
    madeAt: madeAt(),
  };
  const from = instantOption('from', values.from);
  const to = instantOption('to', values.to);
  if (from !== undefined && to !== undefined && from >= to) throw new UsageError('--from must be before --to');
  const align = choiceOption('align', values.align, ALIGNMENTS);
  const scale = choiceOption('scale', values.scale, SCALES);
  const compare = (values.compare ?? '').split(',').filter((id) => id !== '');
  if (align !== undefined && compare.length === 0) throw new UsageError('--align needs --compare');
  const settings = settingsFor({ store: values.store });
  const reader = await openReadStore(settings.store);
  try {
    const picture = await readPicture(
      reader,
      broadcast,
      {
        ...(from !== undefined && { from }),
        ...(to !== undefined && { to }),
        compare,
        ...(align !== undefined && { align }),
        ...(values.segment !== undefined && { segment: values.segment }),
        ...(scale !== undefined && { scale }),
        zone: settings.timezone,
      },
      (window) => readWindowDetail(reader, broadcast, onsetsOf(window)),
    );
    if (picture === null)
      throw new Error(`The store has no broadcast "${broadcast}": see the names with \`headcount doctor\``);
    const svg = pictureSvg(picture, form);
    const bytes = format === 'png' ? await asPng(svg) : svg;
    if (values.out === undefined || values.out === '-') await written(bytes);
    else await writeOut(values.out, bytes);
  } finally {
    await reader.close();
  }
  return 0;
}

/** Loaded only where it is asked for: the renderer is a native module. */
async function asPng(svg: string): Promise<Uint8Array> {
  const { fontFiles } = await import('../lib/export/font-files.ts');
  const { pngOf } = await import('../lib/export/png.ts');
  return pngOf(svg, fontFiles(fileURLToPath(new URL('.', import.meta.url))));
}

function pixels(name: string, text: string | undefined, min: number, max: number): number | undefined {
  return numberOption(name, text, { min, max, integer: true });
}

/** A reader of standard output that goes away ends the command quietly. */
function written(bytes: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EPIPE' ? resolve() : reject(error),
    );
    process.stdout.write(bytes, () => resolve());
  });
}
