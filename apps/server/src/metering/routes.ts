import { Charges, MeterState, numberedPage, Receipt } from '@latido/protocol';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Access } from '../access/index.ts';
import { seesAll, type MeterOf } from '../calls/index.ts';
import type { LastTick } from '../ledger/index.ts';
import type { App, Clock, Db } from '../platform/index.ts';
import { problem } from '../platform/index.ts';
import { sumRoute } from './day.ts';
import { planRoutes } from './plan-routes.ts';
import { chargesOf, receiptOf, type ReceiptReader } from './receipt.ts';
import { meantOf, readMeters, type MetersRead } from './whose-meter.ts';

/** What the routes of metering need. */
export interface MeteringRouteDeps {
  readonly access: Pick<Access, 'require'>;
  readonly db: Db;
  readonly clock: Pick<Clock, 'now'>;
  readonly meterOf: MeterOf;
  readonly lastTick: LastTick;
}

const tags = ['metering'];
const params = z.object({ id: z.string().max(64) });
const payerId = z.string().max(64).optional();

/** Registers a call's charges, meter and receipt, and the price plans. */
export function meteringRoutes(app: App, deps: MeteringRouteDeps): void {
  const { db, meterOf } = deps;
  planRoutes(app, deps);
  sumRoute(app, deps);
  app.get(
    '/api/v1/calls/:id/meter',
    { schema: { tags, params, response: { 200: MeterState } } },
    async (request) => {
      const { call, viewerId } = await callOf(deps, request, request.params.id);
      const state = await meterOf(db, call.id, viewerId);
      if (!state) throw problem('call.not_found', 'This call has no meter: it is free, or nobody pays yet.');
      return state;
    },
  );
  app.get(
    '/api/v1/calls/:id/receipt',
    { schema: { tags, params, querystring: z.object({ payerId }), response: { 200: Receipt } } },
    async (request) => {
      const { meters, ...reader } = await callOf(deps, request, request.params.id);
      const meter = meantOf(meters, { payerId: request.query.payerId, viewerId: reader.viewerId });
      if (!meter) throw problem('call.not_found', 'This call has no receipt: it is free, or nobody paid.');
      return await receiptOf(db, meter, reader);
    },
  );
  app.get(
    '/api/v1/calls/:id/receipts',
    { schema: { tags, params, response: { 200: z.object({ items: z.array(Receipt) }) } } },
    async (request) => {
      const { meters, ...reader } = await callOf(deps, request, request.params.id);
      const items: Receipt[] = [];
      for (const meter of meters) items.push(await receiptOf(db, meter, reader));
      return { items };
    },
  );
  chargesRoute(app, deps);
}

function chargesRoute(app: App, deps: MeteringRouteDeps): void {
  const querystring = numberedPage({ limit: 200, digits: 9 }).extend({ payerId });
  const schema = { tags, params, querystring, response: { 200: Charges } };
  app.get('/api/v1/calls/:id/charges', { schema }, async (request) => {
    const { call, meters, viewerId } = await callOf(deps, request, request.params.id);
    const meter = meantOf(meters, { payerId: request.query.payerId, viewerId });
    if (!meter) return { items: [], nextCursor: null, settled: call.status === 'ended' };
    const { cursor, limit } = request.query;
    const afterUnit = cursor === undefined ? -1 : Number(cursor);
    const found = await chargesOf(deps.db, meter, {
      afterUnit,
      limit: limit + 1,
      viewerId,
    });
    const items = found.slice(0, limit);
    const nextCursor = found.length > limit ? String(items.at(-1)?.unit) : null;
    // Read before the charges: who reads that it is settled has read all of them.
    return { items, nextCursor, settled: meter.settledAt !== null };
  });
}

async function callOf(
  { access, db, lastTick }: MeteringRouteDeps,
  request: FastifyRequest,
  id: string,
): Promise<MetersRead & ReceiptReader> {
  const viewer = await access.require(request);
  const { call } = await readMeters(db, id, viewer);
  await lastTick({ callIds: [call.id] });
  return { ...(await readMeters(db, id, viewer)), viewerId: viewer.personId, isDesk: seesAll(viewer) };
}
