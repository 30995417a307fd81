import { deflateSync, inflateSync } from 'node:zlib';
import { isVersionDue } from '@latido/core';
import type { Clock, Db, Tx } from '../platform/index.ts';
import { problem } from '../platform/index.ts';
import { Y, type Doc } from './hocuspocus.ts';
import type { Sessions } from './ports.ts';
import type { PageRow, VersionRow } from './store.ts';
import { changedPages, dropOldVersions, insertVersion, lockPage, versionOf, writtenAfter } from './store.ts';
import { writeIn } from './write.ts';
import { changeTo, documentOf } from './yjs.ts';

/** Versions that nobody named are kept up to so many a page: over three hours of writing without a pause. */
const AUTO_VERSIONS_MAX = 100;

/** How a version comes to be. */
export type Made = Pick<VersionRow, 'kind' | 'name' | 'byId' | 'at'>;

/** Keeps the page as it stands; gives its number. The page is locked. */
export async function keepVersion(tx: Tx, page: PageRow, made: Made): Promise<number> {
  const { bookingId } = page;
  const body = deflateSync(Y.encodeStateAsUpdate(await documentAsWritten(tx, bookingId)));
  const n = await insertVersion(tx, { bookingId, body, ...made });
  await dropOldVersions(tx, bookingId, AUTO_VERSIONS_MAX);
  return n;
}

/** Keeps the page under a name that somebody gives it. */
export async function nameVersion(
  db: Db,
  { bookingId, ...made }: Omit<Made, 'kind'> & { bookingId: string },
): Promise<number> {
  return await db
    .transaction()
    .execute(async (tx) => keepVersion(tx, await lockPage(tx, bookingId), { ...made, kind: 'named' }));
}

/**
 * Makes the page say again what it said in a version: as a change like any other, so that nobody's editor is thrown away. What stood before is
 * kept, and what stands then is a version of its own, whose number is given (NOTES-10).
 *
 * @throws notes.version_not_found
 */
export async function restoreVersion(
  tx: Tx,
  { bookingId, n, byId, at }: { bookingId: string; n: number; byId: string; at: Date },
): Promise<number> {
  const then = await documentOfVersion(tx, bookingId, n);
  const page = await lockPage(tx, bookingId);
  if (page.changedSince) await keepVersion(tx, page, { kind: 'auto', name: null, byId: null, at });
  const now = await documentAsWritten(tx, bookingId);
  await writeIn(tx, page, { body: changeTo(now, then), at });
  return await keepVersion(tx, page, { kind: 'restored', name: `${n}`, byId, at });
}

/** Keeps what is due (NOTES-2). */
export async function keepDueVersions({
  db,
  clock,
  sessions,
}: {
  db: Db;
  clock: Pick<Clock, 'now'>;
  sessions: Sessions;
}): Promise<void> {
  const changed = await changedPages(db);
  if (changed.length === 0) return;
  const over = await sessions.over(
    db,
    changed.map(({ bookingId }) => bookingId),
  );
  const now = clock.now();
  const isDue = (bookingId: string, changedSince: Date | null): boolean =>
    isVersionDue({ changedSince: changedSince?.getTime() ?? null, isOver: over.has(bookingId) }, now);
  for (const { bookingId } of changed.filter((each) => isDue(each.bookingId, each.changedSince))) {
    await db.transaction().execute(async (tx) => {
      const page = await lockPage(tx, bookingId);
      // Another node may have kept it meanwhile.
      if (!isDue(bookingId, page.changedSince)) return;
      const kind = over.has(bookingId) ? 'end' : 'auto';
      await keepVersion(tx, page, { kind, name: null, byId: null, at: new Date(now) });
    });
  }
}

/** The page as it stands, from the store. */
export async function documentAsWritten(db: Db | Tx, bookingId: string): Promise<Doc> {
  const written = await writtenAfter(db, { bookingId, after: -1 });
  return documentOf(written.map(({ body }) => body));
}

/** @throws notes.version_not_found */
export async function documentOfVersion(db: Db | Tx, bookingId: string, n: number): Promise<Doc> {
  const version = await versionOf(db, { bookingId, n });
  if (!version) throw problem('notes.version_not_found', `These notes have no version ${n}.`);
  return documentOf([inflateSync(version.body)]);
}
