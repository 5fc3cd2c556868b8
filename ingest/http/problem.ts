/** What went wrong with a request, as application/problem+json (RFC 9457). */
import { STATUS_CODES } from 'node:http';

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** Thrown by whoever answers a request; `detail` is a sentence for the sender. */
export class Problem extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, detail: string, headers: Readonly<Record<string, string>> = {}, cause?: unknown) {
    super(detail, { cause });
    this.name = 'Problem';
    this.status = status;
    this.headers = headers;
  }
}

export function problemAnswer(problem: Problem): Answer {
  return {
    status: problem.status,
    headers: { ...problem.headers, 'content-type': 'application/problem+json' },
    body: JSON.stringify({
      type: 'about:blank',
      title: STATUS_CODES[problem.status] ?? 'Error',
      status: problem.status,
      detail: problem.message,
    }),
  };
}

export function jsonAnswer(value: unknown): Answer {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}

export function textAnswer(status: number, text: string): Answer {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: `${text}\n` };
}
