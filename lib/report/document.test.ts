import { describe, expect, it } from 'vitest';
import { checkClaim } from '../compare/claim.ts';
import { NO_LEVELS } from '../compare/levels.ts';
import type { CheckedClaim } from '../compare/read-claims.ts';
import { aReport, aWindow } from '../compare/report-builder.ts';
import { factSheet } from './document.ts';
import { sheetHtml } from './document-html.ts';
import { sheetMarkdown } from './document-markdown.ts';

const START = Date.UTC(2023, 4, 24, 21, 48);
const form = { zone: 'America/New_York', madeAt: Date.UTC(2023, 4, 25, 13, 12) };
const report = aReport({
  title: 'Launch | <b>night</b>',
  crashWindows: [aWindow()],
  segments: [
    {
      label: 'The speech',
      from: START,
      to: START + 60_000,
      any: 214,
      half: 161,
      most: 98,
      averageMinuteAudience: 150.4,
    },
  ],
  rooms: [
    { room: 'room-1', firstJoinAt: START, endedAt: START + 60_000, peakConnected: 600, unique: 700 },
    { room: 'room-2', firstJoinAt: START + 70_000, endedAt: null, peakConnected: 303, unique: 352 },
  ],
});
const claim = { text: '300 in total', value: '300', kind: 'unique', at: null, segment: null, about: null } as const;
const claims: CheckedClaim[] = [
  { ...claim, id: 'c1', enteredAt: 0, ...checkClaim(claim, { report, levels: NO_LEVELS, other: null }) },
];
const sheet = factSheet(report, claims, form);

function table(title: string) {
  return sheet.tables.find((entry) => entry.title === title)?.rows ?? [];
}

describe('the fact sheet', () => {
  it('gives every headline number its definition, window and certainty', () => {
    expect(table('Numbers')[0]).toEqual([
      'Peak connected',
      '600',
      'Most distinct listeners in the room at one second',
      '17:49:00',
      'final, r1',
    ]);
    expect(table('Numbers').every((row) => row.length === 5)).toBe(true);
  });

  it('says unknown for what was not measured, never 0', () => {
    const mute = factSheet(aReport({ peakHearing: null, reach: null }), [], form);
    const rows = mute.tables[0]?.rows ?? [];
    expect(rows.find(([name]) => name === 'Reach')?.slice(0, 3)).toEqual(['Reach', 'unknown', 'Not measured']);
    expect(rows.find(([name]) => name === 'Peak hearing')?.[1]).toBe('unknown');
  });

  it('tells a crash window with what it cost and its likely cause', () => {
    expect(table('Crash windows')[0]).toEqual([
      '18:04:12 to 18:33:02',
      'crash',
      '612, 96',
      '338',
      '214',
      '13,671',
      '10.6\u202f%',
      'not reached',
      'edge ams-3, 7.1× (95 %: 7.06 to 7.18)',
    ]);
  });

  it('has segments, rooms, claims and the ledger', () => {
    expect(table('Segments')[0]?.slice(2)).toEqual(['214', '161', '98', '150']);
    expect(table('Rooms').map(([room]) => room)).toEqual(['room-1', 'room-2']);
    expect(table('What was said')[0]?.slice(0, 2)).toEqual(['Contradicted', '“300 in total”']);
    expect(table('Quality of the data')[0]?.[1]).toBe('12,003');
    expect(sheet.standing).toContainEqual(['Contradicted', '1']);
  });

  it('carries broadcast, window, zone, state, revision and when it was made', () => {
    expect(sheet.footer.at(-1)).toBe(
      'Broadcast launch, 24 May 2023, 17:48:00 to 19:12:30 EDT, UTC\u22124. Final, revision 1. Made by Headcount 25 May 2023, 13:12 UTC.',
    );
  });

  it('never says final of what is not', () => {
    const live = factSheet(aReport({ state: 'provisional' }), [], form);
    expect(live.standing[0]).toEqual(['Data', 'provisional as of 23:12:30 UTC, may still change']);
    expect(live.tables[0]?.rows[0]?.[4]).toBe('provisional, may change');
  });

  it('knows that a curve has no people', () => {
    const curve = factSheet(
      aReport({ rooms: [], unique: null, joins: null, leaves: null, connections: null }),
      [],
      form,
    );
    expect(curve.subtitle).toContain('An imported viewer count');
    expect(curve.tables[0]?.rows.some(([name]) => name === 'Joins')).toBe(false);
  });
});

describe('its forms', () => {
  it('keep text of others text in Markdown', () => {
    const text = sheetMarkdown(sheet);
    expect(text.split('\n')[0]).toBe('# Launch \\| \\<b\\>night\\</b\\>');
    const tables = text.split('\n').filter((line) => line.startsWith('| '));
    for (const line of tables) expect(line.endsWith(' |')).toBe(true);
  });

  it('keep text of others text in HTML, which needs nothing beside it', () => {
    const html = sheetHtml(sheet, 'QUJD');
    expect(html).toContain('Launch | &lt;b&gt;night&lt;/b&gt;');
    expect(html).not.toContain('<b>');
    expect(html).not.toMatch(/(?:src|href)=|url\((?!data:)/);
  });

  it('are the same for the same input', () => {
    expect(sheetHtml(factSheet(report, claims, form), null)).toBe(sheetHtml(sheet, null));
  });
});
