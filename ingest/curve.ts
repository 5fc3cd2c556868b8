/** A viewer-count curve out of a CSV file, parsed once at the door. */
import type { Sample } from '../lib/numbers/curve.ts';

export interface CurveColumns {
  /** names of columns in the header line */
  time: string;
  value: string;
}

/** The file is not such a curve: one sentence, with the line where it stands. */
export class CurveFileError extends Error {
  override name = 'CurveFileError';
}

/** Instants of years 2000..2099, epoch ms. */
const EARLIEST = Date.UTC(2000, 0, 1);
const LATEST = Date.UTC(2100, 0, 1);
const MISSING = new Set(['', 'null', 'nan', 'na', 'n/a']);

/**
 * Samples in order of time. An empty cell, null, -1 and whatever else lies below zero are missing samples, never zero. Times are ISO 8601 (UTC where no
 * zone is given), epoch seconds or epoch milliseconds. Throws `CurveFileError`.
 */
export function readCurve(text: string, columns: CurveColumns): Sample[] {
  const records = csvRecords(text.replace(/^\ufeff/, ''));
  const header = records.next();
  if (header.done) throw new CurveFileError('A header line was expected, and the file is empty: choose another file');
  const names = header.value.cells.map((name) => name.trim());
  const time = columnOf(names, columns.time);
  const value = columnOf(names, columns.value);
  const samples: Sample[] = [];
  let before = Number.NEGATIVE_INFINITY;
  for (const { line, cells } of records) {
    if (cells.length === 1 && cells[0]?.trim() === '') continue;
    if (cells.length !== names.length) {
      throw new CurveFileError(
        `Line ${line} has ${cells.length} cells, and ${names.length} were expected as in the header line: correct the line`,
      );
    }
    const at = momentOf(cells[time] ?? '', line);
    if (at < before) {
      throw new CurveFileError(
        `The time on line ${line} lies before that of the line above it: sort the file by its column "${columns.time}"`,
      );
    }
    before = at;
    samples.push({ at, value: viewersOf(cells[value] ?? '', line) });
  }
  if (!samples.some((sample) => sample.value !== null)) {
    throw new CurveFileError(
      `No known value was found in the column "${columns.value}": name another column with --value`,
    );
  }
  return samples;
}

function columnOf(names: readonly string[], wanted: string): number {
  const exact = names.indexOf(wanted);
  if (exact >= 0) return exact;
  const close = names.findIndex((name) => name.toLowerCase() === wanted.toLowerCase());
  if (close >= 0) return close;
  throw new CurveFileError(
    `Line 1 was expected to name a column "${wanted}", and names ${names.map((name) => `"${name}"`).join(', ')}: choose one of those`,
  );
}

function momentOf(cell: string, line: number): number {
  const text = cell.trim();
  const at = instantOf(text);
  if (at === null || at < EARLIEST || at >= LATEST) {
    throw new CurveFileError(
      `Line ${line} was expected to have a time such as 2017-01-08T16:00:00Z or epoch seconds, and has "${text}": correct the line`,
    );
  }
  return at;
}

function instantOf(text: string): number | null {
  if (/^\d+(?:\.\d+)?$/.test(text)) {
    const number = Number(text);
    return Math.round(number < 1e11 ? number * 1000 : number);
  }
  const parts = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)\s*(Z|UTC|[+-]\d\d:?\d\d)?$/i.exec(text);
  if (parts === null) return null;
  const zone = /^(?:Z|UTC)$/i.test(parts[3] ?? 'Z') ? 'Z' : (parts[3] ?? 'Z').replace(/^(.\d\d):?/, '$1:');
  const at = Date.parse(`${parts[1]}T${parts[2]}${zone}`);
  return Number.isNaN(at) ? null : at;
}

function viewersOf(cell: string, line: number): number | null {
  const text = cell.trim();
  // a count below zero is none: what wrote it did not know
  if (MISSING.has(text.toLowerCase()) || /^-\d+(?:\.\d+)?$/.test(text)) return null;
  const value = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(value) || value > 2_147_483_647) {
    throw new CurveFileError(
      `Line ${line} was expected to have a number of viewers, empty or -1 where it is not known, and has "${text}": correct the line`,
    );
  }
  return Math.round(value);
}

/** RFC 4180, with commas, semicolons or tabs, whichever the header line has most of; `line` is where a record begins. */
function* csvRecords(text: string): Generator<{ line: number; cells: string[] }, undefined> {
  const head = text.slice(0, text.search(/[\r\n]|$/));
  const separator = [',', ';', '\t'].sort((a, b) => head.split(b).length - head.split(a).length)[0] ?? ',';
  let cells: string[] = [];
  let cell = '';
  let quoted = false;
  let line = 1;
  let begins = 1;
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i);
    if (character === '\n') line++;
    if (quoted) {
      if (character !== '"') cell += character;
      else if (text.charAt(i + 1) === '"') cell += text.charAt(++i);
      else quoted = false;
    } else if (character === '"' && cell.trim() === '') {
      quoted = true;
      cell = '';
    } else if (character === separator) {
      cells.push(cell);
      cell = '';
    } else if (character === '\n' || character === '\r') {
      if (character === '\r' && text.charAt(i + 1) === '\n') continue;
      yield { line: begins, cells: [...cells, cell] };
      cells = [];
      cell = '';
      begins = character === '\n' ? line : ++line;
    } else cell += character;
  }
  if (quoted) {
    throw new CurveFileError(
      `The quote that opens on line ${begins} was expected to close, and does not: correct the line`,
    );
  }
  if (cell !== '' || cells.length > 0) yield { line: begins, cells: [...cells, cell] };
}
