import { readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { ImportKind } from '@latido/core';
import { sql } from 'kysely';
import { hintRecipients, notifyMany } from '../../inbox/index.ts';
import type { Clock, Db, Hints } from '../../platform/index.ts';

/** An import that has said nothing for so long was left by whoever read it: while it reads it is heard of with each thousand lines. */
const BROKEN_AFTER_MS = 90_000;
/** Where files lie while they are read. */
export const FOLDERS = join(tmpdir(), 'latido-import-');
/** What lies there for so long was left by a server that died; nothing is read for longer. */
const LEFT_AFTER_MS = 86_400_000;

interface Broken {
  id: string;
  kind: ImportKind;
  fileName: string | null;
  byId: string;
}

/** Imports whose reader died say so, and whoever sent them is told. */
export async function closeBroken({
  db,
  clock,
  hints,
}: {
  db: Db;
  clock: Pick<Clock, 'now'>;
  hints: Hints;
}): Promise<void> {
  const told = await db.transaction().execute(async (tx) => {
    const { rows } =
      await sql<Broken>`update collections.import b set status = 'broken', done_at = ${new Date(clock.now())}
      where b.id in (select i.id from collections.import i
        where i.status = 'reading' and i.beat_at < ${new Date(clock.now() - BROKEN_AFTER_MS)} for update skip locked)
      returning b.id, b.kind, b.file_name as "fileName", b.by_id as "byId"`.execute(tx);
    return await notifyMany(
      tx,
      rows.map(({ id: importId, byId, ...of }) => ({
        type: 'import.broken',
        recipientId: byId,
        dedupKey: `import.broken:${importId}`,
        payload: { importId, ...of, url: '/lending/import' },
      })),
      clock,
    );
  });
  hintRecipients(
    hints,
    told.map(({ recipientId }) => recipientId),
  );
  await forgetLeft(clock.now());
}

async function forgetLeft(now: number): Promise<void> {
  const names = await readdir(dirname(FOLDERS)).catch(() => []);
  for (const name of names.filter((each) => each.startsWith(basename(FOLDERS)))) {
    const folder = join(dirname(FOLDERS), name);
    const { mtimeMs } = await stat(folder).catch(() => ({ mtimeMs: now }));
    if (now - mtimeMs > LEFT_AFTER_MS)
      await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}
