/** A fact sheet as Markdown (CommonMark with tables). */
import type { FactSheet, SheetTable } from './document.ts';

export function sheetMarkdown(sheet: FactSheet): string {
  const standing = sheet.standing.map(([name, value]) => `${name}: ${value}`).join(' · ');
  const blocks = [
    `# ${escaped(sheet.title)}`,
    escaped(sheet.subtitle),
    escaped(standing),
    ...sheet.tables.map((table) => `## ${table.title}\n\n${tableText(table)}`),
    '---',
    ...sheet.footer.map(escaped),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function tableText({ columns, rows, none }: SheetTable): string {
  if (rows.length === 0) return escaped(none);
  const lines = [
    columns.map(({ name }) => name),
    columns.map(({ number }) => (number ? '---:' : '---')),
    ...rows.map((row) => row.map(escaped)),
  ];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Text of others is text, never markup; a line break would end a table. */
function escaped(text: string): string {
  return text
    .replace(/[\r\n]+/g, ' ')
    .replace(/[\\`*_[\]<>|#~]/g, (mark) => `\\${mark}`)
    .replace(/&/g, '&amp;');
}
