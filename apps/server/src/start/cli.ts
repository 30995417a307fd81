/** `npx latido migrate | config | audit | rebuild`. */
import { runCommand } from './commands.ts';

process.exitCode = await runCommand(process.argv[2], {
  env: process.env,
  print: (line) => console.log(line),
  complain: (line) => console.error(line),
});
