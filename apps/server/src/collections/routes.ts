import {
  Assignment,
  AttentionChecked,
  CheckAttention,
  Credit,
  Credits,
  CreditShown,
  CreditsQuery,
  Debtor,
  NewAssignment,
  NewCredit,
  NewDebtor,
  NewPayment,
  Payment,
  ReversePayment,
} from '@latido/protocol';
import { z } from 'zod';
import type { App } from '../platform/index.ts';
import { problem } from '../platform/index.ts';
import { assign } from './assign.ts';
import { checkAttention, type CheckDeps } from './check.ts';
import { creditShown, creditsOnWire, debtorOnWire, listCredits } from './list.ts';
import { collectorAsked, doing, lender, mayTouch } from './may.ts';
import { addDebtor, openCredit } from './open-credit.ts';
import { recordPayment, reversePayment } from './pay.ts';
import type { Who } from './ports.ts';
import { creditById } from './store.ts';
import { tellNow } from './telling.ts';

/** A check's, and who asks. */
export type CollectionsRouteDeps = CheckDeps & { readonly access: Who };

const tags = ['collections'];
const params = z.object({ id: z.string().min(1).max(200) });

/** `/api/v1/debtors`, `/credits`, `/assignments`, `/payments`, `/collections/check`. */
export function collectionsRoutes(app: App, deps: CollectionsRouteDeps): void {
  openingRoutes(app, deps);
  readingRoutes(app, deps);
  payingRoutes(app, deps);
  checkRoute(app, deps);
}

function openingRoutes(app: App, deps: CollectionsRouteDeps): void {
  const { db, access } = deps;
  const post = { tags, description: 'For managers, admins and keys with `collections:write`.' };
  app.post(
    '/api/v1/debtors',
    { schema: { ...post, summary: 'Make a debtor', body: NewDebtor, response: { 201: Debtor } } },
    async (request, reply) => {
      const actor = await lender(deps, request);
      return await reply.code(201).send(debtorOnWire(await addDebtor(db, request.body, doing(deps, actor))));
    },
  );
  app.post(
    '/api/v1/credits',
    { schema: { ...post, summary: 'Give a credit', body: NewCredit, response: { 201: Credit } } },
    async (request, reply) => {
      const actor = await lender(deps, request);
      const credit = await openCredit(db, request.body, doing(deps, actor));
      const [shown] = await creditsOnWire(deps, [credit]);
      return await reply.code(201).send(shown as Credit);
    },
  );
  app.post(
    '/api/v1/assignments',
    {
      schema: {
        ...post,
        summary: 'Give a debtor to a collector',
        body: NewAssignment,
        response: { 201: Assignment },
      },
    },
    async (request, reply) => {
      const actor = await lender(deps, request);
      const { assignment, told } = await assign(
        { db, access, clock: deps.clock },
        request.body,
        doing(deps, actor),
      );
      await tellNow(deps, told);
      return await reply.code(201).send(assignment);
    },
  );
}

function readingRoutes(app: App, deps: CollectionsRouteDeps): void {
  app.get(
    '/api/v1/credits',
    {
      schema: {
        tags,
        summary: 'Credits, what is due first first',
        description:
          'A collector sees those of their debtors; managers, admins and keys with `collections:write` see all. `collectorId=none`: of debtors whom nobody collects from; who is banned or no collector any more is nobody.',
        querystring: CreditsQuery,
        response: { 200: Credits },
      },
    },
    async (request) => {
      const actor = await deps.access.require(request);
      const whose = await collectorAsked(deps, actor, request.query.collectorId);
      return await listCredits(deps, { ...request.query, whose });
    },
  );
  app.get(
    '/api/v1/credits/:id',
    {
      schema: {
        tags,
        summary: 'One credit, with what was paid and what happened',
        description: 'By our id or the team’s.',
        params,
        response: { 200: CreditShown },
      },
    },
    async (request) => {
      const actor = await deps.access.require(request);
      const credit = await creditById(deps.db, request.params.id);
      if (!credit) throw problem('credit.not_found', `There is no credit ${request.params.id.slice(0, 64)}.`);
      mayTouch(actor)(credit);
      return await creditShown(deps, credit);
    },
  );
}

function payingRoutes(app: App, deps: CollectionsRouteDeps): void {
  const { db, access, clock, settings } = deps;
  app.post(
    '/api/v1/payments',
    {
      schema: {
        tags,
        summary: 'Record a payment',
        description:
          'Once under its `id`: 201 when it is new, 200 when it was recorded before. Also for the debtor’s collector.',
        body: NewPayment,
        response: { 200: Payment, 201: Payment },
      },
    },
    async (request, reply) => {
      const actor = await deps.access.require(request);
      const isCollector = actor.roles.includes('collector');
      const of = { db, access, clock, settings, mayTouch: mayTouch(actor), isCollector };
      const { payment, telling } = await recordPayment(of, request.body, doing(deps, actor));
      if (telling) await tellNow(deps, telling.told, telling.event);
      return await reply.code(telling ? 201 : 200).send(payment);
    },
  );
  app.post(
    '/api/v1/payments/:id/reverse',
    {
      schema: {
        tags,
        summary: 'Take a payment back',
        description: 'By an entry of its own, with a reason; the payment stays in the history.',
        params,
        body: ReversePayment,
        response: { 200: Payment },
      },
    },
    async (request) => {
      const actor = await deps.access.require(request);
      const asked = { id: request.params.id, reason: request.body.reason };
      const of = { db, access, clock, mayTouch: mayTouch(actor) };
      const { payment, telling } = await reversePayment(of, asked, doing(deps, actor));
      await tellNow(deps, telling.told, telling.event);
      return payment;
    },
  );
}

function checkRoute(app: App, deps: CollectionsRouteDeps): void {
  app.post(
    '/api/v1/collections/check',
    {
      schema: {
        tags,
        summary: 'Tell collectors now which credits need them',
        description: 'What is done each hour by itself: once a day for each credit and reason.',
        body: CheckAttention.nullish(),
        response: { 200: AttentionChecked },
      },
    },
    async (request) => {
      await lender(deps, request);
      const { at, dryRun } = request.body ?? {};
      const checked = await checkAttention(deps, {
        at: at === undefined ? undefined : Date.parse(at),
        dryRun,
      });
      if (checked) return checked;
      throw problem('request.rate_limited', 'A check is being made right now. Ask again when it is over.');
    },
  );
}
