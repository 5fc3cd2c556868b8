/** Reads typed fields off a JSON object. The first that does not fit is remembered as a sentence; null is absent. */
import type { Role } from './event.ts';
import { ATTRIBUTE_LENGTH, ATTRIBUTES, HEARTBEAT_MS } from './limits.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export class Fields {
  /** what the first misfit is, or null while all fit */
  problem: string | null = null;
  readonly #object: JsonObject;

  constructor(object: JsonObject) {
    this.#object = object;
  }

  /** text of `least` to `most` UTF-16 units; null where absent */
  text(name: string, least: number, most: number): string | null {
    const value = this.#object[name];
    if (value === null || value === undefined) return null;
    if (typeof value === 'string' && value.length >= least && value.length <= most) return value;
    this.#misfit(name, `text of ${least} to ${most} characters`, value);
    return null;
  }

  /** as `text`, but it must be there; '' beside a `problem` where it is not */
  requiredText(name: string, least: number, most: number): string {
    const value = this.text(name, least, most);
    if (value !== null) return value;
    this.#misfit(name, `text of ${least} to ${most} characters`, undefined);
    return '';
  }

  /** an integer in [least, most]; null where absent */
  integer(name: string, least: number, most: number): number | null {
    const value = this.#object[name];
    if (value === null || value === undefined) return null;
    // + 0 makes -0 a plain 0
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value + 0;
    this.#misfit(name, `an integer from ${least} to ${most}`, value);
    return null;
  }

  /** any integer; NaN beside a `problem` where it is none */
  requiredInteger(name: string): number {
    const value = this.#object[name];
    if (typeof value === 'number' && Number.isInteger(value)) return value + 0;
    this.#misfit(name, 'an integer, epoch milliseconds', value ?? undefined);
    return Number.NaN;
  }

  /** a finite number >= 0; null where absent */
  amount(name: string): number | null {
    const value = this.#object[name];
    if (value === null || value === undefined) return null;
    if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value + 0;
    this.#misfit(name, 'a number not below 0', value);
    return null;
  }

  /** true or false; null where absent */
  flag(name: string): boolean | null {
    const value = this.#object[name];
    if (value === null || value === undefined) return null;
    if (typeof value === 'boolean') return value;
    this.#misfit(name, 'true or false', value);
    return null;
  }

  role(name: string): Role | null {
    const value = this.#object[name];
    if (value === null || value === undefined) return null;
    if (value === 'listener' || value === 'speaker' || value === 'host') return value;
    this.#misfit(name, '"listener", "speaker" or "host"', value);
    return null;
  }

  heartbeatMs(): number | null {
    return this.integer('heartbeatMs', 0, HEARTBEAT_MS);
  }

  /** null where absent */
  attrs(name: string): Readonly<Record<string, string>> | null {
    const value = this.#object[name];
    if (value === null || value === undefined) return null;
    const attrs = isJsonObject(value) ? attributesOf(value) : null;
    if (attrs) return attrs;
    this.#misfit(
      name,
      `an object of at most ${ATTRIBUTES} texts, each of at most ${ATTRIBUTE_LENGTH} characters`,
      value,
    );
    return null;
  }

  #misfit(name: string, expected: string, came: unknown): void {
    this.problem ??= `"${name}" must be ${expected}; ${describe(came)}.`;
  }
}

/**
 * The attributes as a frozen object without prototype, so that no key of theirs (`__proto__`, `constructor`) means
 * anything but itself; null where there are too many or one is no short text.
 */
export function attributesOf(object: JsonObject): Readonly<Record<string, string>> | null {
  const keys = Object.keys(object);
  if (keys.length > ATTRIBUTES) return null;
  const attrs: Record<string, string> = Object.create(null);
  for (const key of keys) {
    const value = object[key];
    if (typeof value !== 'string' || value.length > ATTRIBUTE_LENGTH) return null;
    attrs[key] = value;
  }
  return Object.freeze(attrs);
}

/** What came instead, short enough for a log line. */
export function describe(value: unknown): string {
  if (value === undefined) return 'it is missing';
  if (typeof value === 'string') {
    const shown = JSON.stringify(value.slice(0, 40));
    return value.length > 40
      ? `it is text of ${value.length} characters, beginning ${shown}`
      : `it is the text ${shown}`;
  }
  if (Array.isArray(value)) return 'it is a list';
  if (typeof value === 'object' && value !== null) {
    return `it is an object of ${Object.keys(value).length} ${Object.keys(value).length === 1 ? 'key' : 'keys'}`;
  }
  return `it is ${value}`;
}
