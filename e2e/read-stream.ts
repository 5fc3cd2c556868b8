/** The live stream of a broadcast as a program reads it. */

export interface ReadFrame {
  reset: boolean;
  /** of its points, epoch s, ascending */
  seconds: number[];
}

/** The first `count` frames, and the id of the last one. `after` is sent as `Last-Event-ID`. */
export async function frames(
  url: string,
  { count, after }: { count: number; after?: string },
): Promise<{ list: ReadFrame[]; lastId: string }> {
  const ending = new AbortController();
  const answer = await fetch(url, {
    signal: AbortSignal.any([ending.signal, AbortSignal.timeout(30_000)]),
    headers: after === undefined ? {} : { 'last-event-id': after },
  });
  const list: ReadFrame[] = [];
  let lastId = '';
  let text = '';
  const decoder = new TextDecoder();
  for await (const bytes of answer.body ?? []) {
    text += decoder.decode(bytes, { stream: true });
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const event = text.slice(0, end);
      text = text.slice(end + 2);
      if (!/^event: frame$/m.test(event)) continue;
      lastId = /^id: (.*)$/m.exec(event)?.[1] ?? lastId;
      const frame: { reset: boolean; points: number[][] } = JSON.parse(/^data: (.*)$/m.exec(event)?.[1] ?? '{}');
      list.push({ reset: frame.reset, seconds: frame.points.map(([second = 0]) => second) });
    }
    if (list.length >= count) break;
  }
  ending.abort();
  return { list, lastId };
}
