/** A fact sheet as PDF, one A4 page where it fits, with the fonts that are shipped. The same input gives the same bytes. */
import PDFDocument from 'pdfkit';
import type { FactSheet, SheetTable } from '../report/document.ts';

const SIDE = 31;
const TOP = 26;
const INK = '#14171a';
const INK_2 = '#454c54';
const INK_3 = '#5c646c';
const LINE = '#dde1e4';
const BODY = 7.5;
const SMALL = 6.5;
/** between two columns, and above and below the words of a row, pt */
const GAP = 7;
const PAD = 1.3;

/** Figures of one width, in columns of numbers alone: with features asked for, the library remembers no word. */
const TABULAR: PDFKit.Mixins.OpenTypeFeatures = 'tnum';

type Document = InstanceType<typeof PDFDocument>;

/** `fonts`: Inter 400, 500, 600 as TrueType files; `madeAt`: epoch ms. */
export async function sheetPdf(
  sheet: FactSheet,
  fonts: readonly [string, string, string],
  madeAt: number,
): Promise<Uint8Array> {
  const made = new Date(madeAt);
  const pdf = new PDFDocument({
    size: 'A4',
    margins: { top: TOP, bottom: TOP, left: SIDE, right: SIDE },
    font: fonts[0],
    lang: 'en',
    info: {
      Title: `${sheet.title}, fact sheet`,
      Creator: 'Headcount',
      Producer: 'Headcount',
      CreationDate: made,
      ModDate: made,
    },
  });
  pdf.registerFont('regular', fonts[0]).registerFont('medium', fonts[1]).registerFont('strong', fonts[2]);
  const chunks: Uint8Array[] = [];
  pdf.on('data', (chunk: Uint8Array) => chunks.push(chunk));
  const done = new Promise<void>((resolve, reject) => {
    pdf.on('end', resolve);
    pdf.on('error', reject);
  });
  let y = header(pdf, sheet);
  for (const table of sheet.tables) y = drawTable(pdf, table, y + 8);
  footer(pdf, sheet, y + 8);
  pdf.end();
  await done;
  return Buffer.concat(chunks);
}

function header(pdf: Document, sheet: FactSheet): number {
  const width = pdf.page.width - 2 * SIDE;
  let y = TOP;
  y += words(pdf, sheet.title, SIDE, y, { font: 'strong', size: 15, colour: INK, width }) + 2;
  y += words(pdf, sheet.subtitle, SIDE, y, { font: 'regular', size: BODY, colour: INK_2, width }) + 5;
  let x = SIDE;
  for (const [name, value] of sheet.standing) {
    words(pdf, name, x, y, { font: 'regular', size: SMALL, colour: INK_3, width: width / 2 });
    words(pdf, value, x, y + 8, { font: 'medium', size: BODY, colour: INK, width: width / 2 });
    x += Math.max(widthOf(pdf, name, 'regular', SMALL), widthOf(pdf, value, 'medium', BODY)) + 22;
  }
  y += 21;
  pdf
    .moveTo(SIDE, y)
    .lineTo(SIDE + width, y)
    .lineWidth(1.4)
    .stroke(INK);
  return y;
}

function drawTable(pdf: Document, table: SheetTable, from: number): number {
  const width = pdf.page.width - 2 * SIDE;
  const columns = columnsOf(pdf, table, width);
  const heights = table.rows.map((row) => rowHeight(pdf, row, columns));
  let y = from;
  // a title never stands alone at the foot of a page
  if (y + 24 + (heights[0] ?? 12) > bottomOf(pdf)) y = newPage(pdf);
  y += words(pdf, table.title, SIDE, y, { font: 'strong', size: 8, colour: INK, width }) + 1;
  if (table.rows.length === 0) {
    return y + words(pdf, table.none, SIDE, y, { font: 'regular', size: BODY, colour: INK_2, width });
  }
  y = drawHead(pdf, columns, y, width);
  for (const [index, row] of table.rows.entries()) {
    const height = heights[index] ?? 12;
    if (y + height > bottomOf(pdf)) y = drawHead(pdf, columns, newPage(pdf), width);
    for (const [at, column] of columns.entries()) {
      const font = at === 0 ? 'medium' : column.number ? 'strong' : 'regular';
      const colour = at === 0 || column.number ? INK : INK_2;
      words(pdf, row[at] ?? '', column.x, y + PAD, {
        font,
        size: BODY,
        colour,
        width: column.width,
        ...(column.number ? { align: 'right' as const } : {}),
      });
    }
    y += height;
    hairline(pdf, y, width);
  }
  return y;
}

interface Column {
  name: string;
  number: boolean;
  x: number;
  width: number;
}

/** Columns as wide as their words; the wide ones share what is left. */
function columnsOf(pdf: Document, { columns, rows }: SheetTable, width: number): Column[] {
  const natural = columns.map(({ name, wide, number }, at) => {
    if (wide) return null;
    const cells = rows.map((row) =>
      widthOf(pdf, row[at] ?? '', at === 0 ? 'medium' : number ? 'strong' : 'regular', BODY),
    );
    return Math.max(widthOf(pdf, name, 'medium', SMALL), ...cells) + 0.5;
  });
  const fixed = natural.reduce<number>((sum, each) => sum + (each ?? 0), 0);
  const wide = natural.filter((each) => each === null).length;
  const room = width - fixed - GAP * (columns.length - 1);
  const share = wide === 0 ? 0 : Math.max(60, room / wide);
  // too many words side by side: every column gives up its part
  const scale = Math.min(1, (width - GAP * (columns.length - 1)) / (fixed + share * wide));
  let x = SIDE;
  return columns.map(({ name, number }, at) => {
    const column = { name, number: number === true, x, width: (natural[at] ?? share) * scale };
    x += column.width + GAP;
    return column;
  });
}

function drawHead(pdf: Document, columns: readonly Column[], y: number, width: number): number {
  let height = 0;
  for (const column of columns) {
    const look = { font: 'medium', size: SMALL, colour: INK_3, width: column.width } as const;
    const drawn = words(pdf, column.name, column.x, y + PAD, column.number ? { ...look, align: 'right' } : look);
    height = Math.max(height, drawn);
  }
  const bottom = y + height + 2 * PAD;
  hairline(pdf, bottom, width);
  return bottom;
}

function rowHeight(pdf: Document, row: readonly string[], columns: readonly Column[]): number {
  const heights = columns.map((column, at) => {
    pdf.font(at === 0 ? 'medium' : column.number ? 'strong' : 'regular').fontSize(BODY);
    return pdf.heightOfString(row[at] ?? '', {
      width: column.width,
      ...(column.number ? { features: [TABULAR] } : {}),
    });
  });
  return Math.max(BODY, ...heights) + 2 * PAD;
}

function footer(pdf: Document, sheet: FactSheet, from: number): void {
  const width = pdf.page.width - 2 * SIDE;
  pdf.font('regular').fontSize(SMALL);
  const height = sheet.footer.reduce((sum, line) => sum + pdf.heightOfString(line, { width }), 0);
  let y = from + height > bottomOf(pdf) ? newPage(pdf) : from;
  for (const line of sheet.footer) {
    y += words(pdf, line, SIDE, y, { font: 'regular', size: SMALL, colour: INK_3, width });
  }
}

interface Look {
  font: 'regular' | 'medium' | 'strong';
  size: number;
  colour: string;
  width: number;
  align?: 'right';
}

/** Returns the height of what was written, pt. */
function words(pdf: Document, text: string, x: number, y: number, { font, size, colour, width, align }: Look): number {
  pdf.font(font).fontSize(size).fillColor(colour);
  const form = { width, ...(align === undefined ? {} : { align, features: [TABULAR] }) };
  const height = pdf.heightOfString(text, form);
  pdf.text(text, x, y, { ...form, height: height + 1, lineBreak: true });
  return height;
}

function widthOf(pdf: Document, text: string, font: Look['font'], size: number): number {
  const form = font === 'strong' ? { features: [TABULAR] } : {};
  return pdf.font(font).fontSize(size).widthOfString(text, form);
}

function hairline(pdf: Document, y: number, width: number): void {
  pdf
    .moveTo(SIDE, y)
    .lineTo(SIDE + width, y)
    .lineWidth(0.5)
    .stroke(LINE);
}

function bottomOf(pdf: Document): number {
  return pdf.page.height - TOP;
}

function newPage(pdf: Document): number {
  pdf.addPage();
  return TOP;
}
