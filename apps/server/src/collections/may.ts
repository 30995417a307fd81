import type { FastifyRequest } from 'fastify';
import { problem, type Clock } from '../platform/index.ts';
import type { Doing } from './open-credit.ts';
import type { Actor, Who } from './ports.ts';
import type { CreditRow, Whose } from './store.ts';

/**
 * Who lends: a manager, an admin, or a key with `collections:write`.
 *
 * @throws auth.required, auth.forbidden
 */
export async function lender({ access }: { access: Who }, request: FastifyRequest): Promise<Actor> {
  return await access.requireScope(request, 'collections:write', 'manager', 'admin');
}

/** Whether somebody sees every credit. */
export function seesAll({ roles, scopes }: Actor): boolean {
  const isLender = roles.some((role) => role === 'manager' || role === 'admin');
  return isLender || scopes.includes('collections:write') || scopes.includes('admin');
}

/** @throws auth.forbidden for who is no collector */
export function mustCollect({ roles }: Actor): void {
  if (!roles.includes('collector'))
    throw problem('auth.forbidden', 'Credits are for collectors, managers and admins.');
}

/** Whose credits somebody may see of those that they ask for: a collector their own, whatever they ask. */
export async function collectorAsked(
  deps: { access: Pick<Who, 'personIdsNamed' | 'personIdsOfRoles'> },
  actor: Actor,
  asked: string | undefined,
): Promise<Whose> {
  if (asked === 'none' && seesAll(actor))
    return { noneOf: await deps.access.personIdsOfRoles(['collector']) };
  return await whoseAsked(deps, actor, asked);
}

/** Whose work somebody may see: who lends anybody's, by our ids or the team's; a collector their own. */
export async function whoseAsked(
  { access }: { access: Pick<Who, 'personIdsNamed'> },
  actor: Actor,
  asked: string | undefined,
): Promise<string | undefined> {
  if (seesAll(actor)) {
    // Who is no person may be the key that recorded it, or nobody: then nothing is found.
    return asked === undefined ? undefined : ((await access.personIdsNamed([asked])).get(asked) ?? asked);
  }
  mustCollect(actor);
  return actor.personId;
}

/** Refuses whoever is neither the lender nor the debtor's collector. */
export function mayTouch(actor: Actor): (credit: CreditRow) => void {
  return ({ id, collectorId }) => {
    if (seesAll(actor)) return;
    mustCollect(actor);
    if (collectorId !== actor.personId)
      throw problem('credit.not_yours', `The credit ${id} is not yours to collect.`);
  };
}

/** By whom and when. */
export function doing({ clock }: { clock: Pick<Clock, 'now'> }, { personId }: Actor): Doing {
  return { byId: personId, at: new Date(clock.now()) };
}
