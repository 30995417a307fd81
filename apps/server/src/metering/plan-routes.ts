import { costOf, faultOfPlan, planOf, type PricePlan } from '@latido/core';
import {
  EARNING,
  NewPlan,
  page,
  Plan,
  PlanListed,
  PlanOffer,
  PlanPreview,
  PlanShown,
  PlanVersion,
  PreviewQuery,
  WritePlan,
} from '@latido/protocol';
import { z } from 'zod';
import type { Access } from '../access/index.ts';
import type { App, Db, Tx } from '../platform/index.ts';
import { newId, problem } from '../platform/index.ts';
import { planOnWire } from './meter-state.ts';
import { HOUSE, offeredPlans, offerPlans } from './plan-offers.ts';
import { newestPlans, versionsOf, type PlanRow } from './store.ts';
import { insertVersion, isSame } from './write-plans.ts';

export interface PlanRouteDeps {
  readonly access: Pick<Access, 'require'>;
  readonly db: Db;
}

const tags = ['metering'];
const params = z.object({ id: z.string().max(64) });

/** What calls cost; and, for admins, what may be chosen for whom, and the plans themselves. */
export function planRoutes(app: App, deps: PlanRouteDeps): void {
  offerRoutes(app, deps);
  editorRoutes(app, deps);
  listRoutes(app, deps);
  previewRoutes(app, deps);
}

function offerRoutes(app: App, { access, db }: PlanRouteDeps): void {
  const querystring = z.object({ with: z.string().max(64).optional() });
  const response = { 200: page(Plan) };
  app.get('/api/v1/plans', { schema: { tags, querystring, response } }, async (request) => {
    const { roles } = await access.require(request);
    const isEarner = roles.some((role) => (EARNING as readonly string[]).includes(role));
    const offered = await offeredPlans(db, request.query.with ?? HOUSE);
    return { items: offered.map((plan) => planOnWire(plan, isEarner)), nextCursor: null };
  });
  app.put('/api/v1/plans', { schema: { tags, body: PlanOffer, response } }, async (request) => {
    await access.require(request, 'admin');
    const { with: earnerId = HOUSE, plans: planIds } = request.body;
    await db.transaction().execute((tx) => offerPlans(tx, { earnerId, planIds }));
    const offered = await offeredPlans(db, earnerId);
    return { items: offered.map((plan) => planOnWire(plan, true)), nextCursor: null };
  });
}

function editorRoutes(app: App, { access, db }: PlanRouteDeps): void {
  app.post(
    '/api/v1/plans',
    {
      schema: {
        tags,
        summary: 'Write a price plan',
        description:
          'For admins. A known id gets its next version, or is refused (`plan.changed`) where `version` says another one; calls keep the one that they began with. Offer it by `PUT /api/v1/plans`.',
        body: WritePlan,
        response: { 201: PlanShown },
      },
    },
    async (request, reply) => {
      await access.require(request, 'admin');
      const written = await db.transaction().execute((tx) => writeNext(tx, request.body));
      return await reply.code(201).send(shown(written));
    },
  );
  app.get(
    '/api/v1/plans/:id',
    {
      schema: {
        tags,
        summary: 'A price plan, all of it',
        description: 'Its newest version. For admins.',
        params,
        response: { 200: PlanShown },
      },
    },
    async (request) => {
      await access.require(request, 'admin');
      return shown(await planById(db, request.params.id));
    },
  );
}

function listRoutes(app: App, { access, db }: PlanRouteDeps): void {
  app.get(
    '/api/v1/admin/plans',
    {
      schema: {
        tags,
        summary: 'Every price plan',
        description:
          'The newest version of each, those first that the house offers, in its order. For admins.',
        response: { 200: page(PlanListed) },
      },
    },
    async (request) => {
      await access.require(request, 'admin');
      const [plans, offered] = await Promise.all([newestPlans(db), offeredPlans(db, HOUSE)]);
      const others = plans.filter(({ id }) => !offered.some((plan) => plan.id === id));
      const listed = offered.map((plan, at): PlanListed => ({ ...shown(plan), place: at + 1 }));
      return {
        items: [...listed, ...others.map((plan) => ({ ...shown(plan), place: null }))],
        nextCursor: null,
      };
    },
  );
  app.get(
    '/api/v1/plans/:id/versions',
    {
      schema: {
        tags,
        summary: 'What a price plan was, and is',
        description: 'Every version, the newest first. A call keeps the one that it began with. For admins.',
        params,
        response: { 200: page(PlanVersion) },
      },
    },
    async (request) => {
      await access.require(request, 'admin');
      await planById(db, request.params.id);
      const versions = await versionsOf(db, request.params.id);
      const items = versions.map((row) => ({ ...shown(row), writtenAt: row.writtenAt.toISOString() }));
      return { items, nextCursor: null };
    },
  );
}

function previewRoutes(app: App, { access, db }: PlanRouteDeps): void {
  const schema = {
    tags,
    summary: 'What durations cost',
    description: 'By the newest version of a plan. The earner’s share is told to admins and earners.',
    params,
    querystring: PreviewQuery,
    response: { 200: PlanPreview },
  };
  app.get('/api/v1/plans/:id/preview', { schema }, async (request) => {
    const { roles } = await access.require(request);
    const seesShare = roles.some((role) => role === 'admin' || (EARNING as readonly string[]).includes(role));
    const { plan } = await planById(db, request.params.id);
    const { rows } = previewOf(plan, request.query.ms);
    return { rows: seesShare ? rows : rows.map((row) => ({ ...row, share: null })) };
  });
  app.post(
    '/api/v1/plans/preview',
    {
      schema: {
        tags,
        summary: 'What durations would cost',
        description: 'By a plan that is not written. For admins.',
        querystring: PreviewQuery,
        body: NewPlan,
        response: { 200: PlanPreview },
      },
    },
    async (request) => {
      await access.require(request, 'admin');
      return previewOf(checked(request.body), request.query.ms);
    },
  );
}

/** @throws plan.changed where the version that it is to be is there, and says something else */
async function writeNext(tx: Tx, asked: WritePlan): Promise<PlanRow> {
  const { id = newId('plan').replace('_', '-'), name, policy, currency } = asked;
  const plan = checked(asked);
  const [newest] = await newestPlans(tx, id);
  const next = (newest?.version ?? 0) + 1;
  const { version = next } = asked;
  const row = { id, version, name, policy, currency, plan, isPreset: false };
  // Whoever sends theirs again, its answer lost, has written it.
  if (newest?.version === version && !newest.isPreset && isSame(newest, row)) return newest;
  if (version === next && (await insertVersion(tx, row))) return row;
  const isNew = asked.version === 1;
  throw problem(
    'plan.changed',
    isNew
      ? `There is a plan ${id} already. Choose another id, or read it and write its next version.`
      : `Somebody else wrote version ${version} of ${id} just now. Read it anew.`,
  );
}

/** A plan of what was asked; the policy gives the durations that are not named. */
function checked({ policy, price, ...asked }: NewPlan): PricePlan {
  const { initialPrice = price, priceDen, connectFee, maxCharge, tiers, bridgeGapMs } = asked;
  const { initialMs, incrementMs, thresholdMs, firstThresholdMs, freeBelowMs, earnerShareBp } = asked;
  const named = { initialMs, incrementMs, thresholdMs, firstThresholdMs, freeBelowMs, earnerShareBp };
  const plan = planOf(policy, BigInt(price), {
    ...Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined)),
    initialPrice: BigInt(initialPrice),
    priceDen: BigInt(priceDen),
    connectFee: BigInt(connectFee),
    maxCharge: maxCharge === null ? null : BigInt(maxCharge),
    tiers: tiers.map((tier) => ({ fromUnit: tier.fromUnit, price: BigInt(tier.price) })),
    bridgeGapMs,
  });
  const fault = faultOfPlan(plan);
  if (fault !== null) throw problem('request.invalid', fault);
  return plan;
}

async function planById(db: Db, id: string): Promise<PlanRow> {
  const [plan] = await newestPlans(db, id);
  if (plan) return plan;
  throw problem('plan.not_found', `There is no price plan ${id.slice(0, 64)}.`);
}

function previewOf(plan: PricePlan, durations: string): PlanPreview {
  return {
    rows: durations.split(',').map((text) => {
      const ms = Number(text);
      const { units, coins, share } = costOf(plan, ms);
      return { ms, units, coins: Number(coins), share: Number(share) };
    }),
  };
}

function shown({ id, version, name, policy, plan, isPreset }: PlanRow): PlanShown {
  return {
    ...plan,
    id,
    version,
    name,
    policy,
    isPreset,
    currency: 'COIN',
    price: Number(plan.price),
    priceDen: Number(plan.priceDen),
    initialPrice: Number(plan.initialPrice),
    connectFee: Number(plan.connectFee),
    maxCharge: plan.maxCharge === null ? null : Number(plan.maxCharge),
    tiers: plan.tiers.map((tier) => ({ fromUnit: tier.fromUnit, price: Number(tier.price) })),
  };
}
