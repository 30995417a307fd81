import { EARNING, OnlinePerson, page, PAYING, Ringing } from '@latido/protocol';
import { z } from 'zod';
import type { Access } from '../access/index.ts';
import { callForPerson, peopleInCalls } from '../calls/index.ts';
import type { App, Db } from '../platform/index.ts';
import { problem } from '../platform/index.ts';
import type { Realtime } from '../realtime/index.ts';

export interface OnlineRouteDeps {
  readonly access: Access;
  readonly db: Db;
  readonly hub: Pick<Realtime['hub'], 'members'>;
}

const INBOX = 'private-inbox-';
const SHOWN_MOST = 100;

/** `GET /api/v1/people/online`: who can be called now; `GET /api/v1/calls/{id}/ringing`: whether it rings at who is called. */
export function onlineRoutes(app: App, deps: OnlineRouteDeps): void {
  const { access, db, hub } = deps;
  ringingRoute(app, deps);
  app.get(
    '/api/v1/people/online',
    {
      schema: {
        tags: ['people'],
        summary: 'Who can be called now',
        description:
          'People who earn and whose inbox is open on some node: a call reaches them at once. For whoever pays, managers and admins.',
        response: { 200: page(OnlinePerson) },
      },
    },
    async (request) => {
      const { personId } = await access.require(request, ...PAYING, 'manager', 'admin');
      const channels = [...(await hub.members.counts()).keys()];
      const ids = channels.flatMap((name) => (name.startsWith(INBOX) ? [name.slice(INBOX.length)] : []));
      const people = [...(await access.personsById(db, ids)).values()].filter(
        ({ id, roles, bannedAt }) =>
          id !== personId && bannedAt === null && roles.some((role) => EARNING.includes(role)),
      );
      const busy = await peopleInCalls(
        db,
        people.map(({ id }) => id),
      );
      const items = people
        .map(({ id, name }) => ({ personId: id, name, inCall: busy.has(id) }))
        .toSorted((a, b) => Number(a.inCall) - Number(b.inCall) || a.name.localeCompare(b.name));
      return { items: items.slice(0, SHOWN_MOST), nextCursor: null };
    },
  );
}

const params = z.object({ id: z.string().max(64) });

function ringingRoute(app: App, { access, db, hub }: OnlineRouteDeps): void {
  app.get(
    '/api/v1/calls/:id/ringing',
    {
      schema: {
        tags: ['calls'],
        params,
        response: { 200: Ringing },
      },
    },
    async (request) => {
      const call = await callForPerson(db, request.params.id, await access.require(request));
      const personId = call.called;
      if (personId === null) throw problem('call.not_found', 'Nobody was called to this call.');
      const inbox = INBOX + personId;
      const sockets = (await hub.members.counts([inbox])).get(inbox) ?? 0;
      const name = (await access.personsById(db, [personId])).get(personId)?.name ?? '';
      const inCall = (await peopleInCalls(db, [personId])).has(personId);
      const ringsUntil = call.status === 'waiting' ? (call.ringsUntil?.toISOString() ?? null) : null;
      return { personId, name, online: sockets > 0, inCall, ringsUntil };
    },
  );
}
