/** `headcount report`: the fact sheet. */
import { fileURLToPath } from 'node:url';
import { readClaims } from '../lib/compare/read-claims.ts';
import { type FactSheet, factSheet } from '../lib/report/document.ts';
import { sheetHtml } from '../lib/report/document-html.ts';
import { sheetMarkdown } from '../lib/report/document-markdown.ts';
import { readNumbers } from '../lib/report/read.ts';
import { openReadStore } from '../lib/store/open.ts';
import { choiceOption, parseCommand } from './arguments.ts';
import { writeOut } from './cannot-write.ts';
import { settingsFor } from './context.ts';
import { madeAt } from './made-at.ts';

export const help = `headcount report BROADCAST [options]

  --format json     the fact sheet's fields (default, or what the name of --out ends in)
           md       as Markdown
           html     as one file that prints on an A4 page
           pdf      as that page
  --out FILE        default, and -: standard output
  --store URL       sqlite:PATH or postgres://…

Instants of md, html and pdf are in HEADCOUNT_TIMEZONE. The moment of making is the clock's, or SOURCE_DATE_EPOCH where it is set.
`;

const FORMATS = ['json', 'md', 'html', 'pdf'] as const;

export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseCommand(
    args,
    { format: { type: 'string' }, out: { type: 'string' }, store: { type: 'string' } },
    ['BROADCAST'],
  );
  const byName = FORMATS.find((format) => values.out?.toLowerCase().endsWith(`.${format}`));
  const format = choiceOption('format', values.format, FORMATS) ?? byName ?? 'json';
  const broadcast = positionals[0] ?? '';
  const made = madeAt();
  const settings = settingsFor({ store: values.store });
  const reader = await openReadStore(settings.store);
  try {
    const report = await readNumbers(reader, broadcast);
    if (!report) throw new Error(`The store has no broadcast "${broadcast}": see the names with \`headcount doctor\``);
    const claims = await readClaims(reader, report, (id) => readNumbers(reader, id));
    const text =
      format === 'json'
        ? `${JSON.stringify({ ...report, claims }, null, 1)}\n`
        : printed(
            factSheet(report, claims, {
              zone: settings.timezone,
              madeAt: made,
              actions: await reader.actions(broadcast),
            }),
            format,
            made,
          );
    const bytes = await text;
    if (values.out === undefined || values.out === '-') process.stdout.write(bytes);
    else await writeOut(values.out, bytes);
  } finally {
    await reader.close();
  }
  return 0;
}

async function printed(sheet: FactSheet, format: 'md' | 'html' | 'pdf', made: number): Promise<string | Uint8Array> {
  if (format === 'md') return sheetMarkdown(sheet);
  const here = fileURLToPath(new URL('.', import.meta.url));
  const { fontFiles, webFont } = await import('../lib/export/font-files.ts');
  if (format === 'html') return sheetHtml(sheet, webFont(here));
  const { sheetPdf } = await import('../lib/export/pdf.ts');
  return sheetPdf(sheet, fontFiles(here), made);
}
