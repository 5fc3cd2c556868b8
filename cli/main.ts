/** One word chooses the command; each lives in a file of its own. */
import { asExitCode, wantsHelp } from './arguments.ts';
import { cannotWrite } from './cannot-write.ts';

interface Command {
  help: string;
  run(args: string[]): Promise<number>;
}

const COMMANDS: Record<string, { says: string; load: () => Promise<Command> }> = {
  start: { says: 'ingest and dashboard together on one machine', load: () => import('./start.ts') },
  ingest: {
    says: 'the consumer alone: Kafka or the embedded log into the store, and metrics',
    load: () => import('./ingest.ts'),
  },
  dashboard: { says: 'the web part alone', load: () => import('./dashboard.ts') },
  simulate: { says: 'writes the events of a made-up broadcast', load: () => import('./simulate.ts') },
  replay: { says: 'a recorded log, or a topic from its beginning, into the store', load: () => import('./replay.ts') },
  import: { says: 'a viewer-count curve as a broadcast', load: () => import('./import.ts') },
  export: { says: 'series, stays, crashes or events of a broadcast as a file', load: () => import('./export.ts') },
  report: { says: 'the fact sheet of a broadcast', load: () => import('./report.ts') },
  chart: { says: 'the audience chart of a broadcast as a picture', load: () => import('./chart.ts') },
  claim: { says: 'a claimed number against what was counted', load: () => import('./claim.ts') },
  verify: { says: 'recounts by brute force and compares every second', load: () => import('./verify.ts') },
  doctor: { says: 'checks settings, store, broker, topic and clock', load: () => import('./doctor.ts') },
};

export const help = `headcount: the truth about a live broadcast's audience

usage: headcount COMMAND [options]

${Object.entries(COMMANDS)
  .map(([name, { says }]) => `  ${name.padEnd(10)} ${says}`)
  .join('\n')}

\`headcount COMMAND --help\` tells the rest. Settings come from the environment and from .env (see .env.example).
`;

export async function main(args: string[]): Promise<number> {
  // a reader that has seen enough, as `head` has, ends a command quietly
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    process.stderr.write(`headcount: ${cannotWrite('Standard output', error)}.\n`);
    process.exit(1);
  });
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(help);
    return name === undefined ? 2 : 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) {
    const close = nearest(name, Object.keys(COMMANDS));
    process.stderr.write(
      `headcount: there is no command "${name}"${close ? `; did you mean "${close}"?` : '.'} See \`headcount --help\`.\n`,
    );
    return 2;
  }
  const { help: text, run } = await command.load();
  if (wantsHelp(rest)) {
    process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
    return 0;
  }
  return asExitCode(name, () => run(rest));
}

/** The known word fewest edits away, if at most two. */
function nearest(word: string, known: readonly string[]): string | null {
  const best = known.map((k) => ({ k, d: edits(word, k) })).sort((a, b) => a.d - b.d)[0];
  return best && best.d <= 2 ? best.k : null;
}

function edits(a: string, b: string): number {
  let before = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const now = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (before[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      now.push(Math.min(swap, (before[j] ?? 0) + 1, (now[j - 1] ?? 0) + 1));
    }
    before = now;
  }
  return before[b.length] ?? 0;
}
