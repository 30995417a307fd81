import { Charge, MeterState, numberedPage, page, Receipt } from '@latido/protocol';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Access, Principal } from '../access/index.ts';
import type { MeterOf } from '../calls/index.ts';
import { callForPerson } from '../calls/index.ts';
import type { LastTick } from '../ledger/index.ts';
import type { App, Db } from '../platform/index.ts';
import { problem } from '../platform/index.ts';
import { planRoutes } from './plan-routes.ts';
import { chargesOf, receiptOf } from './receipt.ts';
import type { MeterRow } from './store.ts';
import { meterOfCall } from './store.ts';

/** What the routes of metering need. */
export interface MeteringRouteDeps {
  readonly access: Pick<Access, 'require'>;
  readonly db: Db;
  readonly meterOf: MeterOf;
  readonly lastTick: LastTick;
}

const tags = ['metering'];
const params = z.object({ id: z.string().max(64) });

/** Registers a call's charges, meter and receipt, and the price plans. */
export function meteringRoutes(app: App, deps: MeteringRouteDeps): void {
  const { db, meterOf } = deps;
  planRoutes(app, deps);
  app.get(
    '/api/v1/calls/:id/meter',
    { schema: { tags, params, response: { 200: MeterState } } },
    async (request) => {
      const { call, principal } = await callOf(deps, request, request.params.id);
      const state = await meterOf(db, call.id, principal.personId);
      if (!state) throw problem('call.not_found', 'This call has no meter: it is free, or nobody pays yet.');
      return state;
    },
  );
  app.get(
    '/api/v1/calls/:id/receipt',
    { schema: { tags, params, response: { 200: Receipt } } },
    async (request) => {
      const { meter, principal } = await callOf(deps, request, request.params.id);
      if (!meter) throw problem('call.not_found', 'This call has no receipt: it is free, or nobody paid.');
      return await receiptOf(db, meter, principal.personId);
    },
  );
  chargesRoute(app, deps);
}

function chargesRoute(app: App, deps: MeteringRouteDeps): void {
  const querystring = numberedPage({ limit: 200, digits: 9 });
  const schema = { tags, params, querystring, response: { 200: page(Charge) } };
  app.get('/api/v1/calls/:id/charges', { schema }, async (request) => {
    const { meter, principal } = await callOf(deps, request, request.params.id);
    if (!meter) return { items: [], nextCursor: null };
    const { cursor, limit } = request.query;
    const afterUnit = cursor === undefined ? -1 : Number(cursor);
    const found = await chargesOf(deps.db, meter, {
      afterUnit,
      limit: limit + 1,
      viewerId: principal.personId,
    });
    const items = found.slice(0, limit);
    return { items, nextCursor: found.length > limit ? String(items.at(-1)?.unit) : null };
  });
}

async function callOf(
  { access, db, lastTick }: MeteringRouteDeps,
  request: FastifyRequest,
  id: string,
): Promise<{ call: { id: string }; meter: MeterRow | null; principal: Principal }> {
  const principal = await access.require(request);
  const call = await callForPerson(db, id, principal);
  await lastTick({ callIds: [call.id] });
  return { call, meter: await meterOfCall(db, call.id), principal };
}
