import { isPicture } from '@latido/core';
import { ChatFile, FileQuery, NewFileQuery } from '@latido/protocol';
import { z } from 'zod';
import { sendFile } from '../files/index.ts';
import type { App } from '../platform/index.ts';
import { problem } from '../platform/index.ts';
import { circleForReader } from './circle.ts';
import { fileById, giveUpFile, keyOf, type FileRow } from './files.ts';
import type { ChatDeps } from './ports.ts';
import { shownFile } from './show.ts';
import { takeFile } from './take-file.ts';
import { unread } from './unread.ts';

const tags = ['chat'];
const params = z.object({ id: z.string().max(64) });
const ofFile = z.object({ id: z.string().max(64), fileId: z.string().max(64) });
/** 25 MB on a line of half a megabit. */
const BODY_WITHIN_MS = 420_000;

/** `/api/v1/calls/{id}/files`. */
export async function fileRoutes(app: App, deps: ChatDeps): Promise<void> {
  await app.register(async (scope) => {
    // A file is bytes, whatever it says of itself: nothing of it is parsed, and the handler reads it as it comes.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _body, done) => done(null));
    sendingRoute(scope as unknown as App, deps);
  });
  readingRoute(app, deps);
  givingUpRoute(app, deps);
}

function sendingRoute(app: App, deps: ChatDeps): void {
  app.post(
    '/api/v1/calls/:id/files',
    {
      schema: { tags, params, querystring: NewFileQuery, response: { 201: ChatFile } },
      config: { rateLimit: { max: 30, timeWindow: '1 minute' }, bodyWithinMs: BODY_WITHIN_MS },
    },
    async (request, reply) => {
      const writer = await deps.access.require(request);
      const { headers, raw } = request;
      const length = headers['content-length'];
      const row = await takeFile(deps, writer, {
        callId: request.params.id,
        name: request.query.name,
        claimed: headers['content-type'] ?? null,
        length: length === undefined ? null : Number(length),
        body: raw,
      });
      return await reply.code(201).send(shownFile(row));
    },
  );
}

function readingRoute(app: App, deps: ChatDeps): void {
  const { access, db, store } = deps;
  app.get(
    '/api/v1/calls/:id/files/:fileId',
    {
      schema: { tags, params: ofFile, querystring: FileQuery },
      // A chat with many pictures is opened at once.
      config: { rateLimit: { max: 1_200, timeWindow: '1 minute' } },
    },
    async (request, reply) => {
      const reader = await access.require(request);
      const { id: callId, fileId: id } = request.params;
      await circleForReader(db, callId, reader);
      const row = await fileById(db, { callId, id });
      const isHidden = row && (await unread(db, reader)).includes(row.personId);
      // What was sent with no message yet is its sender's alone.
      const isOpen = row && !isHidden && (row.seq !== null || row.personId === reader.personId);
      if (!isOpen || !isThere(row)) throw noFile(id);
      const { name, type, bytes, sha256 } = row;
      const isInline = isPicture(type) && request.query.download === '0';
      const file = { store, key: keyOf(id), name, type, bytes, sha256, isInline };
      reply.header('content-security-policy', "default-src 'none'; sandbox");
      return await sendFile(request, reply, file);
    },
  );
}

function givingUpRoute(app: App, { access, db, clock }: ChatDeps): void {
  app.delete(
    '/api/v1/calls/:id/files/:fileId',
    {
      schema: { tags, params: ofFile, response: { 204: z.undefined() } },
      config: { rateLimit: { max: 60, timeWindow: '1 minute' } },
    },
    async (request, reply) => {
      const { personId } = await access.require(request);
      const { id: callId, fileId: id } = request.params;
      const at = new Date(clock.now());
      if (!(await giveUpFile(db, { callId, personId, id, at }))) throw noFile(id);
      return await reply.code(204).send();
    },
  );
}

/** Whole, and not deleted. */
function isThere(row: FileRow): row is FileRow & { type: string; sha256: string } {
  return row.removedAt === null && row.type !== null && row.sha256 !== null;
}

function noFile(id: string): Error {
  return problem('file.not_found', `There is no file ${id.slice(0, 64)} in this call, or it is gone.`);
}
