import { CALL_ROOM, CallState, StartCall } from '@latido/protocol';
import type { Access } from '../access/index.ts';
import type { MeterOf } from '../calls/index.ts';
import { callState } from '../calls/index.ts';
import { startCallOfTwo, type PersonCall } from '../metering/index.ts';
import type { App, Clock, Config, Db, Hints } from '../platform/index.ts';
import { chance, problem } from '../platform/index.ts';
import { z } from 'zod';
import { unlessElsewhere } from './elsewhere.ts';
import { partsOfTwo } from './roles.ts';

export interface StartCallDeps {
  readonly access: Access;
  readonly db: Db;
  readonly clock: Clock;
  readonly meterOf: MeterOf;
  readonly hints: Hints;
  readonly config: Pick<Config, 'ringMs'>;
  /** Resolves when all that is stored is folded. */
  readonly caughtUp: () => Promise<void>;
}

/** `POST /api/v1/calls {with, plan?}`: calls a person, by id or e-mail; once, however often it is sent (METER-21). */
export function startCallRoutes(app: App, deps: StartCallDeps): void {
  const headers = z.object({ 'idempotency-key': z.string().min(1).max(200).optional() });
  const schema = { tags: ['calls'], headers, body: StartCall, response: { 201: CallState } };
  const config = { rateLimit: { max: 30, timeWindow: '1 minute' } };
  app.post('/api/v1/calls', { schema, config }, async (request, reply) => {
    const caller = await deps.access.require(request);
    if (caller.via === 'api_key')
      throw problem('auth.forbidden', 'An API key is nobody: sign in to call somebody.');
    const called = await deps.access.personByIdOrEmail(deps.db, request.body.with);
    if (!called) throw problem('person.not_found', 'Nobody has this id or e-mail.');
    if (called.id === caller.personId) throw problem('request.invalid', 'Call somebody else: this is you.');
    const part = partsOfTwo(caller.roles, called.roles);
    const roomName = `${CALL_ROOM}${chance(20)}`;
    const order: PersonCall = {
      key: request.headers['idempotency-key'],
      roomName,
      payerId: part === 'payer' ? caller.personId : called.id,
      earnerId: part === 'payer' ? called.id : caller.personId,
      openedBy: caller.personId,
      invite: { recipientId: called.id, callerName: caller.name, ringMs: deps.config.ringMs },
      ...(request.body.plan === undefined ? {} : { planId: request.body.plan }),
    };
    // Whoever is in a call of matching opens no other beside it.
    const { callId } = await unlessElsewhere(deps, caller.personId, (mayBegin) =>
      startCallOfTwo(deps, { ...order, mayBegin }),
    );
    return await reply.code(201).send(await callState(deps, callId, caller.personId));
  });
}
