import {
  AfterPayment,
  AfterPaymentQuery,
  AssignedMany,
  CloseCredit,
  CollectionsOverview,
  Credit,
  Debtors,
  DebtorsQuery,
  NewAssignments,
  NewVisit,
  Payments,
  PaymentsQuery,
  ReopenCredit,
  Visit,
} from '@latido/protocol';
import { z } from 'zod';
import { problem, type App } from '../platform/index.ts';
import { assignMany } from './assign.ts';
import { closeCredit, reopenCredit } from './close-credit.ts';
import { creditAfter, creditsOnWire } from './list.ts';
import { collectorAsked, doing, lender, mayTouch, whoseAsked } from './may.ts';
import { collectionsOverview } from './overview.ts';
import { listDebtors } from './read-debtors.ts';
import { listPayments } from './read-payments.ts';
import type { CollectionsRouteDeps } from './routes.ts';
import { creditById } from './store.ts';
import { tellNow } from './telling.ts';
import { recordVisit } from './visit.ts';

const tags = ['collections'];
const params = z.object({ id: z.string().min(1).max(200) });

/** Lists, the overview, visits, closing, many assignments: what pages work with beside a credit and its payments. */
export function workRoutes(app: App, deps: CollectionsRouteDeps): void {
  listRoutes(app, deps);
  afterRoute(app, deps);
  overviewRoute(app, deps);
  closingRoutes(app, deps);
  visitRoute(app, deps);
  assignRoute(app, deps);
}

function listRoutes(app: App, deps: CollectionsRouteDeps): void {
  app.get(
    '/api/v1/debtors',
    {
      schema: {
        tags,
        summary: 'Debtors, by name',
        description:
          'With what they owe. A collector sees their own; `collectorId=none`: those whom nobody collects from; who is banned or no collector any more is nobody.',
        querystring: DebtorsQuery,
        response: { 200: Debtors },
      },
    },
    async (request) => {
      const actor = await deps.access.require(request);
      const whose = await collectorAsked(deps, actor, request.query.collectorId);
      return await listDebtors(deps.db, { ...request.query, whose });
    },
  );
  app.get(
    '/api/v1/payments',
    {
      schema: {
        tags,
        summary: 'Payments, the newest first',
        description:
          'A collector sees what they recorded themselves; managers, admins and keys with `collections:write` see all.',
        querystring: PaymentsQuery,
        response: { 200: Payments },
      },
    },
    async (request) => {
      const actor = await deps.access.require(request);
      const by = await whoseAsked(deps, actor, request.query.by);
      return await listPayments(deps.db, { ...request.query, by });
    },
  );
}

function afterRoute(app: App, deps: CollectionsRouteDeps): void {
  app.get(
    '/api/v1/credits/:id/after',
    {
      schema: {
        tags,
        summary: 'What a payment would make of a credit',
        description: 'For pages that say so before it is recorded; nothing is written.',
        params,
        querystring: AfterPaymentQuery,
        response: { 200: AfterPayment },
      },
    },
    async (request) => {
      const actor = await deps.access.require(request);
      const credit = await creditById(deps.db, request.params.id);
      if (!credit) throw problem('credit.not_found', `There is no credit ${request.params.id.slice(0, 64)}.`);
      mayTouch(actor)(credit);
      return await creditAfter(deps, credit, request.query.amount);
    },
  );
}

function overviewRoute(app: App, deps: CollectionsRouteDeps): void {
  app.get(
    '/api/v1/collections/overview',
    {
      schema: {
        tags,
        summary: 'What each collector has to collect, and has collected',
        description: 'By the lender’s days. A collector sees their own line only.',
        response: { 200: CollectionsOverview },
      },
    },
    async (request) => {
      const actor = await deps.access.require(request);
      return await collectionsOverview(deps, await whoseAsked(deps, actor, undefined));
    },
  );
}

function closingRoutes(app: App, deps: CollectionsRouteDeps): void {
  const description = 'For managers, admins and keys with `collections:write`.';
  app.post(
    '/api/v1/credits/:id/close',
    {
      schema: {
        tags,
        summary: 'Write a credit off, or cancel it',
        description: `Nobody is told of it any more; what is paid all the same is kept. ${description}`,
        params,
        body: CloseCredit,
        response: { 200: Credit },
      },
    },
    async (request) => {
      const actor = await lender(deps, request);
      const asked = { id: request.params.id, ...request.body };
      const [shown] = await creditsOnWire(deps, [await closeCredit(deps.db, asked, doing(deps, actor))]);
      return shown as Credit;
    },
  );
  app.post(
    '/api/v1/credits/:id/reopen',
    {
      schema: {
        tags,
        summary: 'Open a closed credit again',
        description,
        params,
        body: ReopenCredit,
        response: { 200: Credit },
      },
    },
    async (request) => {
      const actor = await lender(deps, request);
      const asked = { id: request.params.id, ...request.body };
      const [shown] = await creditsOnWire(deps, [await reopenCredit(deps.db, asked, doing(deps, actor))]);
      return shown as Credit;
    },
  );
}

function visitRoute(app: App, deps: CollectionsRouteDeps): void {
  app.post(
    '/api/v1/visits',
    {
      schema: {
        tags,
        summary: 'Write a visit or a promise down',
        description:
          'Once under its `id`: 201 when it is new, 200 when it was recorded before. A promise stands at its credit until something is paid.',
        body: NewVisit,
        response: { 200: Visit, 201: Visit },
      },
    },
    async (request, reply) => {
      const actor = await deps.access.require(request);
      const of = { db: deps.db, mayTouch: mayTouch(actor) };
      const { visit, isNew } = await recordVisit(of, request.body, doing(deps, actor));
      return await reply.code(isNew ? 201 : 200).send(visit);
    },
  );
}

function assignRoute(app: App, deps: CollectionsRouteDeps): void {
  app.post(
    '/api/v1/assignments/many',
    {
      schema: {
        tags,
        summary: 'Give many debtors to a collector',
        description: 'All of them or none. For managers, admins and keys with `collections:write`.',
        body: NewAssignments,
        response: { 200: AssignedMany },
      },
    },
    async (request) => {
      const actor = await lender(deps, request);
      const { told, ...given } = await assignMany(deps, request.body, doing(deps, actor));
      await tellNow(deps, told);
      return given;
    },
  );
}
