import { NewRefund, Refund } from '@latido/protocol';
import { z } from 'zod';
import type { Access } from '../access/index.ts';
import type { LastTick } from '../ledger/index.ts';
import type { App } from '../platform/index.ts';
import { problem } from '../platform/index.ts';
import { refundCall, type RefundDeps } from './refund.ts';
import { meantOf, readMeters } from './whose-meter.ts';

export type RefundRouteDeps = RefundDeps & {
  readonly access: Pick<Access, 'require'>;
  readonly lastTick: LastTick;
};

/** `POST /api/v1/calls/{id}/refunds`: the desk gives back. */
export function refundRoutes(app: App, deps: RefundRouteDeps): void {
  const schema = {
    tags: ['metering'],
    summary: 'Give coins of a call back',
    description:
      'For admins: so many `coins`, or the last so many `units` as the receipt lists them, whatever each cost, with a reason that both people read; where several pay, of the one whom `payerId` names. The payer’s lots get them; the earner’s share and ours go back in proportion. The receipt shows it.',
    params: z.object({ id: z.string().max(64) }),
    headers: z.object({ 'idempotency-key': z.string().min(1).max(200).optional() }),
    body: NewRefund,
    response: { 201: Refund },
  };
  app.post('/api/v1/calls/:id/refunds', { schema }, async (request, reply) => {
    const principal = await deps.access.require(request, 'admin');
    const { call } = await readMeters(deps.db, request.params.id, principal);
    await deps.lastTick({ callIds: [call.id] });
    const { meters } = await readMeters(deps.db, call.id, principal);
    const { payerId } = request.body;
    const meter = meantOf(meters, { payerId, viewerId: principal.personId });
    if (!meter)
      throw problem('refund.too_much', 'This call cost nothing: it is free, or nobody paid.', {
        available: 0,
      });
    const { coins, units, reason } = request.body;
    const refund = await refundCall(deps, {
      callId: call.id,
      meterId: meter.id,
      coins: coins === undefined ? undefined : BigInt(coins),
      units,
      reason,
      byId: principal.personId,
      key: request.headers['idempotency-key'],
    });
    return await reply.code(201).send({
      id: refund.id,
      callId: call.id,
      coins: Number(refund.coins),
      units: refund.units,
      reason: refund.reason,
      createdAt: refund.createdAt.toISOString(),
    });
  });
}
