/** The audience chart as a picture, made by the builder that the command line uses. */
import 'server-only';
import { pictureSvg } from '../../../../lib/chart/picture.ts';
import { PictureError, readPicture } from '../../../../lib/chart/read.ts';
import type { CrashWindow } from '../../../../lib/numbers/report.ts';
import { attachment, NOT_KEPT } from '../../../_data/answer.ts';
import { madeAt } from '../../../_data/made-at.ts';
import { windowDetailOf } from '../../../_data/numbers.ts';
import { problem, unknownBroadcast } from '../../../_data/problem.ts';
import { settings } from '../../../_data/settings.ts';
import { readStore } from '../../../_data/store.ts';
import { parseChartQuery } from './chart-query.ts';

export async function chartAnswer(request: Request, broadcast: string, format: 'svg' | 'png'): Promise<Response> {
  const params = new URL(request.url).searchParams;
  const asked = parseChartQuery(params, settings().zone);
  if (asked.why !== null) return problem(400, 'Bad request', asked.why);
  const store = await readStore();
  const detailOf = (window: CrashWindow) => windowDetailOf(store, broadcast, window);
  const picture = await readPicture(store, broadcast, asked.choice, detailOf).catch((error: unknown) => {
    if (error instanceof PictureError) return error;
    throw error;
  });
  if (picture === null) return unknownBroadcast(broadcast);
  if (picture instanceof PictureError) return problem(422, 'No such picture', `${picture.message}.`);
  if (picture.to <= picture.from) {
    return problem(422, 'No such picture', 'The window asked for lies after the last second: choose an earlier from.');
  }
  const svg = pictureSvg(picture, { ...asked, madeAt: madeAt() });
  const headers = {
    ...NOT_KEPT,
    'content-type': format === 'svg' ? 'image/svg+xml; charset=utf-8' : 'image/png',
    ...(params.has('download') && { 'content-disposition': attachment(`${broadcast}.${format}`) }),
  };
  if (format === 'svg') return new Response(svg, { headers });
  const { fontFiles } = await import('../../../../lib/export/font-files.ts');
  const { pngOf } = await import('../../../../lib/export/png.ts');
  return new Response(Buffer.from(pngOf(svg, fontFiles(process.cwd()))), { headers });
}
