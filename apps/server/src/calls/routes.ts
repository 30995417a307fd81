import type { Interval } from '@latido/core';
import type { LiveCall } from '@latido/protocol';
import { CallsQuery, CallState, LiveCall as LiveCallSchema, page } from '@latido/protocol';
import { z } from 'zod';
import type { Access, Principal } from '../access/index.ts';
import type { LastTick } from '../ledger/index.ts';
import type { App, Clock, Db, Hints } from '../platform/index.ts';
import { problem } from '../platform/index.ts';
import {
  factOnWire,
  factsOfCall,
  FactsQuery,
  intervalOnWire,
  intervalsOfCall,
  pageOfFacts,
} from '../presence/index.ts';
import type { CallStateDeps, MeterOf } from './call-state.ts';
import { callState, stateOfRow } from './call-state.ts';
import { recordHangUp, recordRemoval } from './end-call.ts';
import { listCalls } from './list-calls.ts';
import { callForPerson, isOf } from './open-call.ts';
import type { CallRow } from './store.ts';
import { openCalls } from './store.ts';

export interface CallRouteDeps {
  readonly access: Access;
  readonly db: Db;
  readonly hints: Hints;
  readonly clock: Clock;
  readonly meterOf: MeterOf;
  readonly lastTick: LastTick;
  /** Resolves when every stage has folded what is in the log now. */
  readonly caughtUp: () => Promise<void>;
  /** The same, and what is due then is charged. */
  readonly settle: () => Promise<void>;
}

const tags = ['calls'];
const params = z.object({ id: z.string().max(64) });

/** Registers `/api/v1/calls` and `/api/v1/admin/live-calls`. */
export function callRoutes(app: App, deps: CallRouteDeps): void {
  readingRoutes(app, deps);
  evidenceRoutes(app, deps);
  endRoutes(app, deps);
  app.get(
    '/api/v1/admin/live-calls',
    { schema: { tags, response: { 200: page(LiveCallSchema) } } },
    async (request) => {
      await deps.access.require(request, 'admin', 'manager');
      const items: LiveCall[] = [];
      for (const row of await openCalls(deps.db)) {
        const connections = (await intervalsOfCall(deps.db, row.id)).filter(isConnected).map(asConnection);
        items.push({ ...(await stateOfRow(stateDeps(deps), row, null)), connections });
      }
      return { items, nextCursor: null };
    },
  );
}

function readingRoutes(app: App, deps: CallRouteDeps): void {
  const { access, db, lastTick } = deps;
  app.get(
    '/api/v1/calls',
    { schema: { tags, querystring: CallsQuery, response: { 200: page(CallState) } } },
    async (request) => {
      const principal = await access.require(request);
      const { rows, nextCursor } = await listCalls(db, principal, request.query);
      await lastTick({ callIds: ended(rows) });
      const items: CallState[] = [];
      for (const row of rows) items.push(await stateOfRow(stateDeps(deps), row, principal.personId));
      return { items, nextCursor };
    },
  );
  app.get(
    '/api/v1/calls/:id',
    { schema: { tags, params, response: { 200: CallState } } },
    async (request) => {
      const principal = await access.require(request);
      const call = await callForPerson(db, request.params.id, principal);
      await lastTick({ callIds: ended([call]) });
      return await stateOfRow(stateDeps(deps), call, principal.personId);
    },
  );
}

function evidenceRoutes(app: App, deps: CallRouteDeps): void {
  const { access, db } = deps;
  app.get('/api/v1/calls/:id/intervals', { schema: { tags, params } }, async (request) => {
    const call = await callForPerson(db, request.params.id, await access.require(request));
    await deps.caughtUp();
    const intervals = await intervalsOfCall(db, call.id);
    return { items: intervals.map((one) => intervalOnWire(one, call.roomName)), nextCursor: null };
  });
  app.get(
    '/api/v1/calls/:id/facts',
    { schema: { tags, params, querystring: FactsQuery } },
    async (request) => {
      const call = await callForPerson(db, request.params.id, await access.require(request));
      const { facts, nextCursor } = await pageOfFacts(request.query, (page) =>
        factsOfCall(db, call.id, page),
      );
      return { items: facts.map((fact) => factOnWire(fact, call.roomName)), nextCursor };
    },
  );
}

function endRoutes(app: App, deps: CallRouteDeps): void {
  const { access, db, lastTick } = deps;
  const end = async (id: string, principal: Principal): Promise<CallState> => {
    const call = await callForPerson(db, id, principal);
    const { personId } = principal;
    if (await isOf(db, call.id, personId)) await recordHangUp(deps, { call, personId });
    else if (isStaff(principal)) await recordRemoval(deps, { call, personId });
    else throw problem('auth.forbidden', 'Only its people, a manager or an admin may end a call.');
    await deps.settle();
    await lastTick({ callIds: [call.id] });
    return await callState(stateDeps(deps), call.id, personId);
  };
  const schema = { tags, params, response: { 200: CallState } };
  app.post('/api/v1/calls/:id/end', { schema }, async (request) =>
    end(request.params.id, await access.require(request)),
  );
  app.delete('/api/v1/calls/:id', { schema }, async (request) =>
    end(request.params.id, await access.require(request)),
  );
}

function isStaff(principal: Principal): boolean {
  return (
    principal.roles.some((role) => role === 'admin' || role === 'manager') ||
    principal.scopes.includes('calls:write')
  );
}

function stateDeps({ db, clock, meterOf }: CallRouteDeps): CallStateDeps {
  return { db, clock, meterOf };
}

/** Those whose figures are final, once their last tick is done. */
function ended(rows: readonly CallRow[]): string[] {
  return rows.filter((row) => row.status === 'ended').map((row) => row.id);
}

function isConnected(interval: Interval): boolean {
  return interval.state === 'present' || interval.state === 'suspected' || interval.state === 'unreachable';
}

function asConnection(interval: Interval): LiveCall['connections'][number] {
  const { participantSid, identity, personId, state, beating } = interval;
  const joinedAt = new Date(interval.joinedAt).toISOString();
  return {
    participantSid,
    identity,
    personId,
    state,
    beating,
    joinedAt,
    lastProofAt: iso(interval.lastProofAt) ?? joinedAt,
  };
}

function iso(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
