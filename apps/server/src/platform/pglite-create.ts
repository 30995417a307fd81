/**
 * The body of a process that makes an embedded database and ends: `pglite-create.ts <folder>`. In a process of its own,
 * because initdb leaves 400 MB behind, also in a thread, and the server would keep a good part of them.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { openDurable, syncFolder } from './pglite-durable.ts';

const dir = process.argv[2];
if (dir === undefined) throw new Error('The folder of the database is missing.');
// Whoever asked is gone: nobody holds the folder's lock any more.
process.on('disconnect', () => process.exit(1));

// Under another name until it is whole: what an interrupted start leaves behind is not taken for a database. A name of
// our own: one whose parent was killed notices that only when initdb is done, and may still be writing.
const making = `${dir}.making-${process.pid}`;
mkdirSync(dirname(dir), { recursive: true, mode: 0o700 });
for (const name of readdirSync(dirname(dir)).filter((each) => each.startsWith(`${basename(dir)}.making`)))
  rmSync(join(dirname(dir), name), { recursive: true, force: true });
await (await openDurable(making)).close();
if (!process.connected) process.exit(1);
if (existsSync(dir)) rmdirSync(dir);
renameSync(making, dir);
syncFolder(dirname(dir));
process.exit();
