/** Before a command: at its end it says the most memory it held, kB. */
process.on('exit', () => process.stderr.write(`most memory ${process.resourceUsage().maxRSS} kB\n`));
