import type { SlotRules } from '@latido/core';
import { isTimeZone } from '@latido/core';
import {
  Availability,
  MentorShown,
  NewAvailability,
  NewOffering,
  Offering,
  Slots,
  SlotsQuery,
} from '@latido/protocol';
import { z } from 'zod';
import type { App, Db } from '../platform/index.ts';
import { problem } from '../platform/index.ts';
import { noOffering } from './book.ts';
import { requireMentor } from './may.ts';
import { mentorFor, slotsFor } from './mentor.ts';
import { cameOf, hoursOf, makeOffering, offeringById, withdrawOffering, writeHours } from './offers.ts';
import { offeringOnWire } from './on-wire.ts';
import type { MentoringDeps } from './ports.ts';

const tags = ['mentoring'];
const config = { rateLimit: { max: 240, timeWindow: '1 minute' } };

/** A mentor's hours and what they offer, and the times that can be booked. */
export function offerRoutes(app: App, deps: MentoringDeps): void {
  hoursRoutes(app, deps);
  offeringRoutes(app, deps);
  mentorRoutes(app, deps);
}

function hoursRoutes(app: App, { access, db, clock }: MentoringDeps): void {
  const response = { 200: Availability };
  app.put(
    '/api/v1/availability',
    { schema: { tags, body: NewAvailability, response }, config },
    async (request) => {
      const actor = await access.require(request);
      requireMentor(actor);
      const hours = request.body;
      if (!isTimeZone(hours.timeZone)) {
        const said = hours.timeZone.slice(0, 64);
        throw problem('request.invalid', `timeZone: there is no zone ${said}. Names are like Europe/Madrid.`);
      }
      await writeHours(db, actor.personId, { hours, at: new Date(clock.now()) });
      return await hoursOnWire(db, actor.personId);
    },
  );
  app.get('/api/v1/availability', { schema: { tags, response }, config }, async (request) => {
    const actor = await access.require(request);
    return await hoursOnWire(db, actor.personId);
  });
}

/** Who has set none has none, in no zone of their own yet. */
const NO_HOURS: SlotRules = {
  timeZone: 'UTC',
  weekly: [],
  exceptions: [],
  noticeMs: 0,
  horizonMs: 60 * 86_400_000,
  bufferMs: 0,
};

async function hoursOnWire(db: Db, personId: string): Promise<Availability> {
  const { noticeMs, horizonMs, bufferMs, timeZone, weekly, exceptions } =
    (await hoursOf(db, personId)) ?? NO_HOURS;
  return {
    timeZone,
    weekly: [...weekly],
    exceptions: exceptions.map(({ date, from, to }) => ({ date, ...(from && to ? { from, to } : {}) })),
    noticeMinutes: noticeMs / 60_000,
    horizonDays: horizonMs / 86_400_000,
    bufferMinutes: bufferMs / 60_000,
  };
}

function offeringRoutes(app: App, { access, db, clock }: MentoringDeps): void {
  const body = NewOffering;
  app.post(
    '/api/v1/offerings',
    { schema: { tags, body, response: { 201: Offering } }, config },
    async (request, reply) => {
      const actor = await access.require(request);
      requireMentor(actor);
      const at = new Date(clock.now());
      const made = await db
        .transaction()
        .execute((tx) => makeOffering(tx, actor.personId, { made: request.body, at }));
      return await reply.code(201).send(offeringOnWire(made, actor.name));
    },
  );
  const params = z.object({ id: z.string().max(64) });
  app.delete('/api/v1/offerings/:id', { schema: { tags, params }, config }, async (request, reply) => {
    const actor = await access.require(request);
    await withdrawOffering(db, {
      id: request.params.id,
      mentorId: actor.personId,
      at: new Date(clock.now()),
    });
    return await reply.code(204).send();
  });
}

function mentorRoutes(app: App, { access, db, clock }: MentoringDeps): void {
  const params = z.object({ personId: z.string().max(64) });
  app.get(
    '/api/v1/mentors/:personId',
    { schema: { tags, params, response: { 200: MentorShown } }, config },
    async (request) => {
      const reader = await access.require(request);
      const { personId } = request.params;
      const { person, hours, offerings } = await mentorFor(db, { personId, readerId: reader.personId });
      return {
        personId: person.id,
        name: person.name,
        timeZone: hours?.timeZone ?? null,
        offerings: offerings.map((each) => offeringOnWire(each, person.name)),
        came: await cameOf(db, person.id),
      };
    },
  );
  app.get(
    '/api/v1/mentors/:personId/slots',
    { schema: { tags, params, querystring: SlotsQuery, response: { 200: Slots } }, config },
    async (request) => {
      await access.require(request);
      const { offeringId } = request.query;
      const offering = await offeringById(db, offeringId);
      if (offering?.mentorId !== request.params.personId) throw noOffering(offeringId);
      return await slotsFor(db, offering, { asked: request.query, now: clock.now() });
    },
  );
}
