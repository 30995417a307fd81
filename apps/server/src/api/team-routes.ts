import { ClientTokenMade, NewClientToken, TeamPerson, TokensRevoked } from '@latido/protocol';
import { z } from 'zod';
import type { Access, Person } from '../access/index.ts';
import type { App, Clock } from '../platform/index.ts';
import { mayChange } from './people-routes.ts';
import { mintable } from './on-behalf.ts';

export interface TeamRouteDeps {
  readonly access: Access;
  readonly clock: Pick<Clock, 'now'>;
}

const tags = ['team'];
const ofPerson = z.object({ id: z.string().min(1).max(200) });

/** Somebody as a team's backend sees them. */
const TeamPersonShown = z.object({
  personId: z.string(),
  externalId: z.string(),
  name: z.string(),
  email: z.string().nullable(),
  roles: z.array(z.string()),
  locale: z.string(),
});

/** What a team's own backend does with an API key: its people, and tokens for their browsers and phones. */
export function teamRoutes(app: App, deps: TeamRouteDeps): void {
  putPerson(app, deps);
  tokenRoutesOfPerson(app, deps);
}

function putPerson(app: App, { access }: TeamRouteDeps): void {
  app.put(
    '/api/v1/people/by-external-id/:externalId',
    {
      schema: {
        tags,
        summary: 'Make or update a person of yours',
        description:
          'By the id that your own system has for them: 201 when they were new, 200 else. Needs `people:write`; roles of managers and admins need an admin.',
        params: z.object({ externalId: z.string().min(1).max(200) }),
        body: TeamPerson,
        response: { 200: TeamPersonShown, 201: TeamPersonShown },
      },
    },
    async (request, reply) => {
      const { externalId } = request.params;
      await mayChange(access, request, request.body.roles ?? []);
      const before = await access.personNamed({ externalId });
      await mayChange(access, request, before?.roles ?? []);
      const { person, isNew } = await access.putTeamPerson(externalId, request.body);
      return await reply.code(isNew ? 201 : 200).send(shown(person, externalId));
    },
  );
}

function tokenRoutesOfPerson(app: App, { access, clock }: TeamRouteDeps): void {
  app.post(
    '/api/v1/people/:id/tokens',
    {
      schema: {
        tags,
        summary: 'A bearer for somebody’s browser or phone',
        description:
          'Shown this once. It opens what its scopes say, as that person (`collections`: a collector’s work, and no lending), until it runs out or is revoked. Needs `tokens:mint`.',
        params: ofPerson,
        body: NewClientToken.nullish(),
        response: { 201: ClientTokenMade },
      },
    },
    async (request, reply) => {
      const { person, keyId } = await mintable(access, request, { personId: request.params.id });
      const { ttlMs, scopes } = NewClientToken.parse(request.body ?? {});
      const expiresAt = new Date(clock.now() + ttlMs);
      const made = await access.createClientToken({
        personId: person.id,
        scopes,
        createdBy: keyId,
        expiresAt,
      });
      const answer = { tokenId: made.id, token: made.token, expiresAt: expiresAt.toISOString() };
      return await reply.code(201).send(answer);
    },
  );
  for (const path of ['/api/v1/people/:id/tokens', '/api/v1/people/:id/tokens/:tokenId']) {
    app.delete(
      path,
      {
        schema: {
          tags,
          summary: 'Revoke tokens',
          description:
            'All of a person’s, or the one that is named; sockets that hang on them close at once.',
          params: ofPerson.extend({ tokenId: z.string().max(64).optional() }),
          response: { 200: TokensRevoked },
        },
      },
      async (request) => {
        const { id, tokenId } = request.params;
        const { person } = await mintable(access, request, { personId: id });
        return { tokens: await access.revokeClientTokens(person.id, tokenId) };
      },
    );
  }
}

function shown({ id: personId, name, email, roles, locale }: Person, externalId: string) {
  return { personId, externalId, name, email, roles, locale };
}
