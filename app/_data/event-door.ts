/** Events the dashboard adds go in where everybody's do: the ingest process answers only after they are safe. */
import 'server-only';
import { settings } from './settings.ts';

const PATIENCE_MS = 5000;

/** Null once they are safe, else the sentence that says why not. */
export async function sendEvents(events: readonly Record<string, unknown>[]): Promise<string | null> {
  const { eventDoor, eventsToken } = settings();
  try {
    const answer = await fetch(eventDoor, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-ndjson',
        ...(eventsToken === null ? {} : { authorization: `Bearer ${eventsToken}` }),
      },
      body: events.map((event) => `${JSON.stringify(event)}\n`).join(''),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (answer.ok) return null;
    return `The ingest process at ${eventDoor} answered ${answer.status}: ${(await answer.text()).slice(0, 200)}`;
  } catch {
    return `The ingest process was expected at ${eventDoor} and does not answer; start it with npx headcount ingest.`;
  }
}
