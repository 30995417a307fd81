/** `npx latido migrate | config | audit | rebuild | stuck | credits`. */
import { runCommand } from './commands.ts';

process.exitCode = await runCommand(process.argv[2], {
  args: process.argv.slice(3),
  env: process.env,
  print: (line) => console.log(line),
  complain: (line) => console.error(line),
});
