import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { aReport, aWindow } from '../compare/report-builder.ts';
import { factSheet } from '../report/document.ts';
import { fontFiles } from './font-files.ts';
import { sheetPdf } from './pdf.ts';

const madeAt = Date.UTC(2023, 4, 25, 13, 12);
const fonts = fontFiles(fileURLToPath(new URL('.', import.meta.url)));

function pages(pdf: Uint8Array): number {
  return Buffer.from(pdf).toString('latin1').split('/Type /Page\n').length - 1;
}

describe('a fact sheet as PDF', { timeout: 20_000 }, () => {
  const sheet = factSheet(aReport({ crashWindows: [aWindow()] }), [], { zone: 'UTC', madeAt });

  it('is one page, and the same bytes again', async () => {
    const pdf = await sheetPdf(sheet, fonts, madeAt);
    expect(Buffer.from(pdf).subarray(0, 5).toString()).toBe('%PDF-');
    expect(pages(pdf)).toBe(1);
    expect(Buffer.compare(pdf, await sheetPdf(sheet, fonts, madeAt))).toBe(0);
  });

  it('goes on to further pages where there is more, and loses nothing', async () => {
    const crashWindows = Array.from({ length: 60 }, (_, i) => aWindow({ id: `w${i}`, onsetAt: i * 1000 }));
    const long = factSheet(aReport({ crashWindows }), [], { zone: 'UTC', madeAt });
    expect(pages(await sheetPdf(long, fonts, madeAt))).toBeGreaterThan(1);
  });
});
