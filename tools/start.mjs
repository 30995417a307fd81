#!/usr/bin/env node
/**
 * `npm start`: installs what is missing, builds the web app if its sources changed, runs the server.
 * A plain file without dependencies that the shell's own Node (20 or newer) can run: there is nothing else yet.
 * `npm start -- --no-web` leaves the web app as it is.
 */
import { alone } from './launch/alone.mjs';
import { onceNpmIsGone } from './launch/ancestry.mjs';
import { ensureInstalled } from './launch/install.mjs';
import { runServer } from './launch/server.mjs';
import { ensureWebBuilt } from './launch/web.mjs';

const args = process.argv.slice(2);
const log = (line) => console.log(line);

// A terminal that was closed takes no words any more; the end goes on in order all the same.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
// From the first moment: a start whose npm was killed while it built must not become a server that nobody ends.
onceNpmIsGone(() => process.kill(process.pid, 'SIGTERM'));

try {
  await alone({ log }, async () => {
    await ensureInstalled({ log });
    if (!args.includes('--no-web')) await ensureWebBuilt({ log });
  });
  // The channel to the server would keep us alive: its end is ours.
  process.exit(await runServer(args.filter((arg) => arg !== '--no-web')));
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
