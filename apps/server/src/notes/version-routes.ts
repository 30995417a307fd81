import { mayWriteNotes, notesAsHtml, notesAsMarkdown } from '@latido/core';
import { NewNotesVersion, NotesVersion, NotesVersionRead, NotesVersions } from '@latido/protocol';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { personsById } from '../access/index.ts';
import type { App, Db } from '../platform/index.ts';
import { problem } from '../platform/index.ts';
import type { Pages } from './pages.ts';
import type { NotesDeps } from './ports.ts';
import { whoReads } from './routes.ts';
import { pageOf, versionsOf, type VersionRow } from './store.ts';
import { documentOfVersion, nameVersion, restoreVersion } from './versions.ts';
import { WRITTEN_HINT } from './write.ts';
import { pageIn } from './yjs.ts';

const tags = ['notes'];
const config = { rateLimit: { max: 60, timeWindow: '1 minute' } };
const params = z.object({ id: z.string().max(64) });
const versionParams = params.extend({ n: z.coerce.number().int().min(1).max(2_147_483_647) });

/** `/api/v1/bookings/{id}/notes/versions`. */
export function versionRoutes(app: App, deps: NotesDeps, pages: Pages): void {
  const { db, clock, hints } = deps;
  const who = async (request: FastifyRequest) => {
    const { actor, standing } = await whoReads(deps, request);
    const page = await pageOf(db, standing.bookingId);
    if (!mayWriteNotes(standing.role, { menteesWrite: page?.menteesWrite ?? true }))
      throw problem('notes.read_only', 'You may read these notes, not change them.');
    return { bookingId: standing.bookingId, byId: actor.personId, at: new Date(clock.now()) };
  };
  app.get(
    '/api/v1/bookings/:id/notes/versions',
    { schema: { tags, params, response: { 200: NotesVersions } }, config },
    async (request) => {
      const { standing } = await whoReads(deps, request);
      return { items: await onWire(db, await versionsOf(db, standing.bookingId)) };
    },
  );
  app.get(
    '/api/v1/bookings/:id/notes/versions/:n',
    { schema: { tags, params: versionParams, response: { 200: NotesVersionRead } }, config },
    async (request) => {
      const { standing } = await whoReads(deps, request);
      const { n } = request.params;
      const page = pageIn(await documentOfVersion(db, standing.bookingId, n));
      const shown = await shownAs(db, standing.bookingId, n);
      return { ...shown, markdown: notesAsMarkdown(page), html: notesAsHtml(page) };
    },
  );
  const made = { 201: NotesVersion };
  app.post(
    '/api/v1/bookings/:id/notes/versions',
    { schema: { tags, params, body: NewNotesVersion, response: made }, config },
    async (request, reply) => {
      const of = await who(request);
      const n = await nameVersion(db, { ...of, name: request.body.name });
      return await reply.code(201).send(await shownAs(db, of.bookingId, n));
    },
  );
  app.post(
    '/api/v1/bookings/:id/notes/versions/:n/restore',
    { schema: { tags, params: versionParams, response: made }, config },
    async (request, reply) => {
      const of = await who(request);
      const { n: from } = request.params;
      const n = await db.transaction().execute((tx) => restoreVersion(tx, { ...of, n: from }));
      hints.publish(WRITTEN_HINT, `${hints.node} ${of.bookingId}`);
      await pages.follow(of.bookingId);
      return await reply.code(201).send(await shownAs(db, of.bookingId, n));
    },
  );
}

async function shownAs(db: Db, bookingId: string, n: number): Promise<NotesVersion> {
  const rows = (await versionsOf(db, bookingId)).filter((row) => row.n === n);
  const [shown] = await onWire(db, rows);
  if (!shown) throw problem('notes.version_not_found', `These notes have no version ${n}.`);
  return shown;
}

async function onWire(db: Db, rows: readonly VersionRow[]): Promise<NotesVersion[]> {
  const people = await personsById(
    db,
    rows.flatMap(({ byId }) => byId ?? []),
  );
  return rows.map(({ byId, at, ...row }) => ({
    ...row,
    at: at.toISOString(),
    by: byId === null ? null : { personId: byId, name: people.get(byId)?.name ?? '' },
  }));
}
