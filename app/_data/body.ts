/** Fields of a JSON body, each with the sentence that says what is wrong with it. */

export type Field<Value> = { value: Value | null; why: null } | { why: string };

/** An instant later than this beyond the clock would be refused at the door, ms. */
const AHEAD_MS = 60_000;
/** Events are dated from the year 2000 on. */
const EARLIEST = 946_684_800_000;

/** Null where the text is no JSON object. */
export function objectOf(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}

/** Blanks around it do not count; absent and null are null. */
export function textField(body: Record<string, unknown>, name: string, least: number, most: number): Field<string> {
  const value = body[name] ?? null;
  if (value === null) return { value, why: null };
  if (typeof value !== 'string') {
    return bad(
      `${name} was expected as ${least} to ${most} characters of text, and came as ${kindOf(value)}: correct it.`,
    );
  }
  const text = value.trim();
  if (text.length >= least && text.length <= most) return { value: text, why: null };
  return bad(
    `${name} was expected as ${least} to ${most} characters of text, and came with ${text.length}: correct it.`,
  );
}

/** Epoch ms, not in the future of `now`; absent and null are null. */
export function instantField(body: Record<string, unknown>, name: string, now: number): Field<number> {
  const value = body[name] ?? null;
  if (value === null) return { value, why: null };
  if (typeof value === 'number' && Number.isInteger(value) && value >= EARLIEST && value <= now + AHEAD_MS) {
    return { value, why: null };
  }
  const came = typeof value === 'number' ? String(value) : kindOf(value);
  return bad(
    `${name} was expected in whole epoch milliseconds, after the year 2000 and not in the future, and came as ${came}: correct it.`,
  );
}

export function bad(why: string): { why: string } {
  return { why };
}

function kindOf(value: unknown): string {
  if (typeof value === 'string') return `"${value.slice(0, 40)}"`;
  return Array.isArray(value) ? 'a list' : typeof value;
}
