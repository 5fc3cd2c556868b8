import { isZone } from '../../../../../lib/format/clock.ts';
import { factSheet } from '../../../../../lib/report/document.ts';
import { sheetHtml } from '../../../../../lib/report/document-html.ts';
import { sheetMarkdown } from '../../../../../lib/report/document-markdown.ts';
import { answerFor, attachment, type BroadcastContext, NOT_KEPT } from '../../../../_data/answer.ts';
import { choiceOf } from '../../../../_data/instant.ts';
import { madeAt } from '../../../../_data/made-at.ts';
import { claimsOf, numbersOf } from '../../../../_data/numbers.ts';
import { problem, unknownBroadcast } from '../../../../_data/problem.ts';
import { settings } from '../../../../_data/settings.ts';
import { readStore } from '../../../../_data/store.ts';

export const dynamic = 'force-dynamic';

const TYPES = {
  json: 'application/json',
  md: 'text/markdown; charset=utf-8',
  html: 'text/html; charset=utf-8',
  pdf: 'application/pdf',
} as const;
const FORMATS = ['json', 'md', 'html', 'pdf'] as const;

/** The fact sheet as a document: the same as `report`. */
export function GET(request: Request, context: BroadcastContext): Promise<Response> {
  return answerFor(request, context, async (broadcast) => {
    const params = new URL(request.url).searchParams;
    const format = choiceOf(params, 'format', FORMATS);
    if (format.why !== null) return problem(400, 'Bad request', format.why);
    const zone = params.get('tz') ?? settings().zone;
    if (!isZone(zone)) {
      const why = `tz was expected as the name of a time zone like Europe/Berlin, and came as "${zone}": correct it.`;
      return problem(400, 'Bad request', why);
    }
    const store = await readStore();
    const report = await numbersOf(store, broadcast);
    if (report === null) return unknownBroadcast(broadcast);
    const claims = await claimsOf(store, report);
    const headers = {
      ...NOT_KEPT,
      'content-type': TYPES[format.value],
      ...(params.has('download') && {
        'content-disposition': attachment(`${broadcast} fact sheet r${report.rev}.${format.value}`),
      }),
    };
    if (format.value === 'json') return Response.json({ ...report, claims }, { headers });
    const made = madeAt();
    const actions = await store.actions(broadcast);
    const sheet = factSheet(report, claims, { zone, madeAt: made, actions });
    if (format.value === 'md') return new Response(sheetMarkdown(sheet), { headers });
    const { fontFiles, webFont } = await import('../../../../../lib/export/font-files.ts');
    if (format.value === 'html') return new Response(sheetHtml(sheet, webFont(process.cwd())), { headers });
    const { sheetPdf } = await import('../../../../../lib/export/pdf.ts');
    return new Response(Buffer.from(await sheetPdf(sheet, fontFiles(process.cwd()), made)), { headers });
  });
}
