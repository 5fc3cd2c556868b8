/** `headcount report`: the fact sheet. */
import { writeFile } from 'node:fs/promises';
import { readReport } from '../lib/report/read.ts';
import { openReadStore } from '../lib/store/open.ts';
import { choiceOption, parseCommand } from './arguments.ts';
import { settingsFor } from './context.ts';

export const help = `headcount report BROADCAST [options]

  --format json     the fact sheet's fields (default)
  --out FILE        default: standard output
  --store URL       sqlite:PATH or postgres://…
`;

export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseCommand(
    args,
    { format: { type: 'string' }, out: { type: 'string' }, store: { type: 'string' } },
    ['BROADCAST'],
  );
  choiceOption('format', values.format, ['json']);
  const broadcast = positionals[0] ?? '';
  const reader = await openReadStore(settingsFor({ store: values.store }).store);
  try {
    const report = await readReport(reader, broadcast);
    if (!report) throw new Error(`The store has no broadcast "${broadcast}": see the names with \`headcount doctor\``);
    const text = `${JSON.stringify(report, null, 1)}\n`;
    if (values.out === undefined) process.stdout.write(text);
    else await writeFile(values.out, text);
  } finally {
    await reader.close();
  }
  return 0;
}
