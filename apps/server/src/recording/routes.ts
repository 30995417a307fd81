import { mayAskToRecord } from '@latido/core';
import { Recording, RecordingConsent, Recordings as Shown, SESSION_ROOM } from '@latido/protocol';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { callForPerson, isOf } from '../calls/index.ts';
import type { App } from '../platform/index.ts';
import { newId, problem } from '../platform/index.ts';
import type { Actor, RecordingDeps } from './ports.ts';
import { mayChoose, mayDelete, roleIn, shown } from './read.ts';
import type { RecordingRow } from './store.ts';
import { goOn, insertAsked, openRecordings, recordingOf, recordingsOf, writeAnswer } from './store.ts';
import { presentIn, type Recordings } from './work.ts';

const tags = ['recording'];
const ofCall = z.object({ id: z.string().max(64) });
const ofOne = z.object({ id: z.string().max(64), rid: z.string().max(64) });
const config = { rateLimit: { max: 240, timeWindow: '1 minute' } };

/** `/api/v1/calls/{id}/recordings`. */
export function recordingRoutes(app: App, deps: RecordingDeps, recordings: Recordings): void {
  listRoute(app, deps, recordings);
  askRoute(app, deps, recordings);
  answerRoutes(app, deps, recordings);
  choiceRoute(app, deps, recordings);
  app.delete(
    '/api/v1/calls/:id/recordings/:rid',
    { schema: { tags, params: ofOne, response: { 200: Recording } }, config },
    async (request) => {
      const { actor, row } = await whoOf(deps, request);
      const { callId, id } = row;
      if (!mayDelete(row, await roleIn(deps.db, callId, actor.personId), actor))
        throw problem('auth.forbidden', 'Who asked for a recording, the host, or an admin deletes it.');
      if (row.state !== 'deleted') await recordings.remove({ id, callId, by: actor.personId });
      return await one(deps, row, actor);
    },
  );
}

function listRoute(app: App, deps: RecordingDeps, recordings: Recordings): void {
  const { access, db } = deps;
  app.get(
    '/api/v1/calls/:id/recordings',
    { schema: { tags, params: ofCall, response: { 200: Shown } }, config },
    async (request) => {
      const reader = await access.require(request);
      const call = await callForPerson(db, request.params.id, reader);
      const role = await roleIn(db, call.id, reader.personId);
      const unavailable = await whyNot(deps, recordings);
      const mayAsk = call.status !== 'ended' && mayAskToRecord(role, call.roomName.startsWith(SESSION_ROOM));
      const items = await shown(db, await recordingsOf(db, call.id), {
        callId: call.id,
        reader,
        keepMs: deps.config.recordings.keepMs,
        now: deps.clock.now(),
      });
      return { items, mayAsk, unavailable };
    },
  );
}

function askRoute(app: App, deps: RecordingDeps, recordings: Recordings): void {
  const { access, db, clock } = deps;
  app.post(
    '/api/v1/calls/:id/recordings',
    { schema: { tags, params: ofCall, response: { 201: Recording } }, config },
    async (request, reply) => {
      const actor = await access.require(request);
      const call = await callForPerson(db, request.params.id, actor);
      const { personId } = actor;
      if (!mayAskToRecord(await roleIn(db, call.id, personId), call.roomName.startsWith(SESSION_ROOM)))
        throw problem('call.not_yours', 'The host of a session asks to record, or one of the two of a call.');
      if (call.status === 'ended')
        throw problem('call.ended', 'This call is over: there is nothing to record.');
      if (!(await presentIn(db, call.id)).includes(personId))
        throw problem('recording.not_now', 'Come into the call first: who is not there does not record it.');
      const why = await whyNot(deps, recordings);
      if (why) throw problem(why.code, why.detail);
      if (!(await recordings.files.hasRoom()))
        throw problem('recording.disk_full', 'The disk of the server is all but full.');
      const at = new Date(clock.now());
      const id = newId('recording');
      await db.transaction().execute(async (tx) => {
        const open = await openRecordings(tx);
        if (open.some(({ callId }) => callId === call.id)) throw goesOn();
        if (open.length >= deps.config.recordings.max) throw busy(deps.config.recordings.max);
        if (!(await insertAsked(tx, { id, callId: call.id, askedBy: personId, at }))) throw goesOn();
        await writeAnswer(tx, { recordingId: id, personId, yes: true, at });
      });
      await recordings.look();
      recordings.tell(call.id);
      return await reply.code(201).send(await one(deps, { id, callId: call.id }, actor));
    },
  );
}

function answerRoutes(app: App, deps: RecordingDeps, recordings: Recordings): void {
  const { db, clock } = deps;
  app.post(
    '/api/v1/calls/:id/recordings/:rid/consent',
    { schema: { tags, params: ofOne, body: RecordingConsent, response: { 200: Recording } }, config },
    async (request) => {
      const { actor, row } = await whoOf(deps, request);
      await requireOf(deps, row, actor);
      if (row.state !== 'asked' && row.state !== 'recording')
        throw problem('recording.over', 'This recording is over; there is nothing to agree to.');
      const at = new Date(clock.now());
      await writeAnswer(db, {
        recordingId: row.id,
        personId: actor.personId,
        yes: request.body.yes,
        at,
      });
      await recordings.look();
      recordings.tell(row.callId);
      return await one(deps, row, actor);
    },
  );
  app.post(
    '/api/v1/calls/:id/recordings/:rid/stop',
    { schema: { tags, params: ofOne, response: { 200: Recording } }, config },
    async (request) => {
      const { actor, row } = await whoOf(deps, request);
      await requireOf(deps, row, actor);
      if (row.state === 'asked' || row.state === 'recording') {
        const as = row.startedAt === null ? 'refused' : 'stopped';
        await recordings.end(row, { as, reason: 'by_hand' });
      }
      return await one(deps, row, actor);
    },
  );
}

function choiceRoute(app: App, deps: RecordingDeps, recordings: Recordings): void {
  const { db, clock } = deps;
  app.post(
    '/api/v1/calls/:id/recordings/:rid/go-on',
    { schema: { tags, params: ofOne, response: { 200: Recording } }, config },
    async (request) => {
      const { actor, row } = await whoOf(deps, request);
      await requireOf(deps, row, actor);
      if (!mayChoose(row, await roleIn(db, row.callId, actor.personId), actor))
        throw problem('auth.forbidden', 'Who asked for a recording, or the host, says what follows a no.');
      if (row.state !== 'asked' && row.state !== 'recording')
        throw problem('recording.over', 'This recording is over; there is nothing to go on with.');
      await goOn(db, { id: row.id, at: new Date(clock.now()) });
      await recordings.look();
      recordings.tell(row.callId);
      return await one(deps, row, actor);
    },
  );
}

/** Who asks about which recording of which call. @throws call.not_found, recording.not_found */
export async function whoOf(
  { access, db }: RecordingDeps,
  request: FastifyRequest,
): Promise<{ actor: Actor; row: RecordingRow }> {
  const actor = await access.require(request);
  const { id, rid } = request.params as z.infer<typeof ofOne>;
  const call = await callForPerson(db, id, actor);
  const row = await recordingOf(db, { callId: call.id, id: rid });
  if (row) return { actor, row };
  throw problem('recording.not_found', `There is no recording ${rid.slice(0, 64)} of this call.`);
}

/** Staff see that there is one; what is in it is its people's (REC-9). @throws call.not_yours */
export async function requireOf(
  { db }: RecordingDeps,
  { callId }: RecordingRow,
  actor: Actor,
): Promise<void> {
  if (actor.via === 'api_key' || !(await isOf(db, callId, actor.personId)))
    throw problem('call.not_yours', 'A recording is for the people of its call.');
}

async function one(
  {
    db,
    clock,
    config: {
      recordings: { keepMs },
    },
  }: RecordingDeps,
  of: Pick<RecordingRow, 'id' | 'callId'>,
  reader: Actor,
): Promise<Recording> {
  const row = await recordingOf(db, of);
  const [seen] = row ? await shown(db, [row], { callId: of.callId, reader, keepMs, now: clock.now() }) : [];
  if (!seen) throw problem('recording.not_found', `There is no recording ${of.id}.`);
  return seen;
}

async function whyNot(
  { config: { recordings: set } }: RecordingDeps,
  { engine, files }: Recordings,
): Promise<{ code: 'recording.unavailable'; detail: string } | null> {
  const fault =
    set.max === 0 ? 'LATIDO_RECORDINGS_MAX is 0' : ((await engine.fault()) ?? (await files.fault()));
  if (fault === null) return null;
  return { code: 'recording.unavailable', detail: `Nothing can be recorded here: ${fault}.` };
}

function goesOn(): Error {
  return problem('recording.goes_on', 'A recording of this call is asked for, or goes on, already.');
}

function busy(max: number): Error {
  return problem('recording.busy', `This server makes ${max} at once, and does. Ask again when one is over.`);
}
