import { closeSync, existsSync, fdatasyncSync, fsyncSync, mkdirSync, openSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PGlite, types } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';

/** How often the embedded database has synced a file to the disk: the proof that it does. */
export const syncs = { count: 0 };

interface NodefsModule {
  NODEFS?: { stream_ops?: { fsync?: (stream: { nfd: number }) => number } };
}

/**
 * PGlite's file system with an fsync. As shipped it has none: NODEFS lacks the operation, and a commit that has been
 * answered is lost by a power cut (pglite #1107).
 */
class DurableNodeFS extends NodeFS {
  readonly #onAbort: (why: string) => void;

  constructor(dir: string, onAbort: (why: string) => void) {
    super(dir);
    this.#onAbort = onAbort;
  }

  override async init(...args: Parameters<NodeFS['init']>): ReturnType<NodeFS['init']> {
    const made = await super.init(...args);
    const addSync = (module: unknown): void => {
      const ops = (module as NodefsModule).NODEFS?.stream_ops;
      if (!ops) throw new Error('PGlite has changed inside (no NODEFS): its writes cannot be made durable.');
      ops.fsync = ({ nfd }) => {
        syncs.count += 1;
        fdatasyncSync(nfd);
        return 0;
      };
    };
    made.emscriptenOpts.onAbort = (why: unknown) => this.#onAbort(String(why));
    made.emscriptenOpts.preRun = [addSync, ...(made.emscriptenOpts.preRun ?? [])];
    return made;
  }
}

/**
 * Without -F (which turns fsync off); WAL by fsync(), because the emitted fdatasync() is a stub; small buffers,
 * because they cost 130 MB of memory and the system's page cache is as near.
 */
const DURABLE_PARAMS = PGlite.defaultStartParams
  .filter((param) => param !== '-F')
  .concat(['-c', 'fsync=on', '-c', 'wal_sync_method=fsync', '-c', 'shared_buffers=8MB']);

/** int8 as `bigint` always; PGlite's own parser gives a number when it fits. */
export const PARSERS = { [types.INT8]: (text: string) => BigInt(text) };

/**
 * Opens the embedded database so that an answered commit survives a power cut, and proves it by one write. `onAbort` is
 * called when Postgres gives up (a PANIC, as when it cannot write its log): no statement ends after that.
 *
 * @throws Error when that write did not reach the disk: a database that only seems durable is not opened
 */
export async function openDurable(
  dir: string,
  onAbort: (why: string) => void = () => undefined,
): Promise<PGlite> {
  const isNew = !existsSync(join(dir, 'PG_VERSION'));
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const pglite = await PGlite.create({
    fs: new DurableNodeFS(dir, onAbort),
    startParams: DURABLE_PARAMS,
    parsers: PARSERS,
  });
  if (isNew) syncTree(dir);
  const before = syncs.count;
  await pglite.exec(`
    create schema if not exists platform;
    create table if not exists platform.started (one boolean primary key default true, at timestamptz not null);
    insert into platform.started (at) values (now()) on conflict (one) do update set at = excluded.at;`);
  if (syncs.count > before) return pglite;
  await pglite.close();
  throw new Error('The embedded database does not sync its writes to the disk: it is not opened.');
}

/** initdb does not sync what it makes, and no checkpoint touches a file that nobody writes again. */
function syncTree(dir: string): void {
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) syncTree(path);
    else if (entry.isFile()) syncPath(path);
  }
  syncFolder(dir);
}

/** Makes the names in a folder durable. */
export function syncFolder(dir: string): void {
  if (process.platform !== 'win32') syncPath(dir);
}

function syncPath(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
