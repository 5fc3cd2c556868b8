/** What went wrong with a request, as a sentence for who sent it; null where nothing did. */
export async function problemSentence(send: () => Promise<Response>): Promise<string | null> {
  try {
    const answer = await send();
    if (answer.ok) return null;
    const problem: unknown = await answer.json().catch(() => null);
    const detail = typeof problem === 'object' && problem !== null && 'detail' in problem ? problem.detail : null;
    return typeof detail === 'string' ? detail : `the server answered ${answer.status}; try again.`;
  } catch {
    return 'the server does not answer; try again.';
  }
}
