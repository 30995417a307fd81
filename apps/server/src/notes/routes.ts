import { escapeHtml, mayWriteNotes, notesAsHtml, notesAsLines, notesAsMarkdown } from '@latido/core';
import { NotesState, NotesTicket, PatchNotes } from '@latido/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { App } from '../platform/index.ts';
import { problem, sendPdfText } from '../platform/index.ts';
import { requireIn, type Pages } from './pages.ts';
import type { NotesDeps, Standing, Writer } from './ports.ts';
import { lockPage, pageOf, setMenteesWrite } from './store.ts';
import { giveTicket } from './tickets.ts';
import { documentAsWritten } from './versions.ts';
import { pageIn } from './yjs.ts';

const tags = ['notes'];
/** How far a list within a list stands in on paper, in points. */
const INDENT = 16;
const config = { rateLimit: { max: 240, timeWindow: '1 minute' } };
const params = z.object({ id: z.string().max(64) });

/** Word to every node that who may write on a page has changed; the payload is the booking. */
export const MAY_WRITE_HINT = 'notes.may_write';

/** Who asks, and who they are in the session of the address. */
export async function whoReads(
  { access, db, sessions }: NotesDeps,
  request: FastifyRequest,
): Promise<{ actor: Writer; standing: Standing }> {
  const actor = await access.require(request);
  const { id } = request.params as { id: string };
  return { actor, standing: requireIn(await sessions.standing(db, id, actor)) };
}

/** `/api/v1/bookings/{id}/notes`, its ticket, and the page as a file. */
export function notesRoutes(app: App, deps: NotesDeps, pages: Pages): void {
  const { db, hints } = deps;
  const state = async (request: FastifyRequest): Promise<NotesState> => {
    const { standing } = await whoReads(deps, request);
    const page = await pageOf(db, standing.bookingId);
    const { menteesWrite = true, changedAt = null } = page ?? {};
    return {
      bookingId: standing.bookingId,
      menteesWrite,
      mayWrite: mayWriteNotes(standing.role, { menteesWrite }),
      changedAt: changedAt?.toISOString() ?? null,
    };
  };
  app.get(
    '/api/v1/bookings/:id/notes',
    { schema: { tags, params, response: { 200: NotesState } }, config },
    state,
  );
  app.patch(
    '/api/v1/bookings/:id/notes',
    { schema: { tags, params, body: PatchNotes, response: { 200: NotesState } }, config },
    async (request) => {
      const { standing } = await whoReads(deps, request);
      if (standing.role !== 'mentor')
        throw problem('auth.forbidden', 'Who may write in the notes of a session is for its mentor to say.');
      const { bookingId } = standing;
      await db.transaction().execute(async (tx) => {
        await lockPage(tx, bookingId);
        await setMenteesWrite(tx, bookingId, request.body.menteesWrite);
      });
      hints.publish(MAY_WRITE_HINT, bookingId);
      await pages.judgeAgain(({ holder }) => holder.bookingId === bookingId);
      return await state(request);
    },
  );
  app.post(
    '/api/v1/bookings/:id/notes/ticket',
    { schema: { tags, params, response: { 200: NotesTicket } }, config },
    async (request) => {
      const { actor, standing } = await whoReads(deps, request);
      if (actor.via === 'api_key')
        throw problem('auth.forbidden', 'An API key is nobody: it reads notes as a file.');
      const { ticket, expiresAt } = giveTicket(deps, actor, standing.bookingId);
      const { mayWrite } = await state(request);
      return { ticket, name: standing.bookingId, mayWrite, expiresAt: expiresAt.toISOString() };
    },
  );
  fileRoutes(app, deps);
}

function fileRoutes(app: App, deps: NotesDeps): void {
  const read = async (request: FastifyRequest) => {
    const { actor, standing } = await whoReads(deps, request);
    const page = pageIn(await documentAsWritten(deps.db, standing.bookingId));
    return { ...standing, actor, page };
  };
  app.get('/api/v1/bookings/:id/notes.md', { schema: { tags, params }, config }, async (request, reply) => {
    const { bookingId, page } = await read(request);
    return await sendFile(reply, {
      name: `${bookingId}.md`,
      type: 'text/markdown',
      body: notesAsMarkdown(page),
    });
  });
  app.get('/api/v1/bookings/:id/notes.html', { schema: { tags, params }, config }, async (request, reply) => {
    const { bookingId, topic, page } = await read(request);
    const title = escapeHtml(topic);
    const body = `<!doctype html>\n<html>\n<head><meta charset="utf-8"><title>${title}</title></head>\n<body>\n${notesAsHtml(page)}\n</body>\n</html>\n`;
    return await sendFile(reply, { name: `${bookingId}.html`, type: 'text/html', body });
  });
  app.get('/api/v1/bookings/:id/notes.pdf', { schema: { tags, params }, config }, async (request, reply) => {
    const { bookingId, topic, actor, page } = await read(request);
    const madeAt = new Date(deps.clock.now());
    return await sendPdfText(reply, `notes-${bookingId}`, {
      title: topic,
      about: madeAt.toISOString().slice(0, 16).replace('T', ' ') + ' UTC',
      locale: actor.locale,
      madeAt,
      paragraphs: notesAsLines(page).map(({ text, depth, heading }) => ({
        text,
        size: heading > 0 ? Math.max(11, 18 - 2 * heading) : 10,
        indent: depth * INDENT,
      })),
    });
  });
}

async function sendFile(
  reply: FastifyReply,
  { name, type, body }: { name: string; type: string; body: string },
): Promise<FastifyReply> {
  return await reply
    .header('content-type', `${type}; charset=utf-8`)
    .header('content-disposition', `attachment; filename="notes-${name}"`)
    .send(body);
}
