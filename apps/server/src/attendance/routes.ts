import { attend } from '@latido/core';
import type { Attendance, Interval } from '@latido/core';
import { GivenInstant } from '@latido/protocol';
import { z } from 'zod';
import type { Principal } from '../access/index.ts';
import { callById, callForPerson } from '../calls/index.ts';
import type { App, Module } from '../platform/index.ts';
import { problem } from '../platform/index.ts';
import {
  factOnWire,
  factsOfRoom,
  FactsQuery,
  intervalOnWire,
  intervalsOfCall,
  pageOfFacts,
} from '../presence/index.ts';
import { dailyRoutes } from './daily-routes.ts';
import { meetingRoutes } from './meeting-routes.ts';
import { named } from './names.ts';
import type { AttendanceDeps } from './ports.ts';
import { answerAttendance, Form } from './report.ts';
import { ATTENDANCE_SCOPE, readsEveryRoom, roomRecord } from './room-record.ts';

const tags = ['attendance'];
const callParams = z.object({ id: z.string().max(64) });
const roomParams = z.object({ name: z.string().min(1).max(256) });
const Period = z.object({ from: GivenInstant.optional(), to: GivenInstant.optional() });

/** The attendance of calls and rooms, and the intervals and facts behind a room's. */
export function createAttendance(deps: AttendanceDeps): Module {
  return { routes: (app) => attendanceRoutes(app, deps) };
}

function attendanceRoutes(app: App, deps: AttendanceDeps): void {
  callRoute(app, deps);
  roomRoute(app, deps);
  roomEvidenceRoutes(app, deps);
  meetingRoutes(app, deps);
  dailyRoutes(app, deps);
}

function callRoute(app: App, deps: AttendanceDeps): void {
  const { access, db, clock } = deps;
  const schema = { tags, params: callParams, querystring: Form };
  app.get('/api/v1/calls/:id/attendance', { schema }, async (request, reply) => {
    const principal = await access.require(request);
    const { id } = request.params;
    if (!isReadingKey(principal)) await callForPerson(db, id, principal);
    else if (!(await callById(db, id))) throw problem('call.not_found', `There is no call ${id}.`);
    const intervals = await named(deps, await folded(deps, () => intervalsOfCall(db, id)));
    const now = clock.now();
    const report = { of: id, reader: principal, now };
    return await answerAttendance({ request, reply }, await totalled(deps, intervals, { now }), report);
  });
}

function roomRoute(app: App, deps: AttendanceDeps): void {
  const { access, db, clock } = deps;
  const querystring = Period.extend(Form.shape);
  app.get(
    '/api/v1/rooms/:name/attendance',
    { schema: { tags, params: roomParams, querystring } },
    async (request, reply) => {
      const principal = await access.require(request);
      const { name } = request.params;
      const period = periodOf(request.query);
      const read = () => roomRecord(db, { roomName: name, principal, period });
      const intervals = await named(deps, await folded(deps, read));
      const now = clock.now();
      const report = { of: name, reader: principal, now };
      const lines = await totalled(deps, intervals, { now, period });
      return await answerAttendance({ request, reply }, lines, report);
    },
  );
}

/** The totals by person, with what they wrote in the calls among them, and in free rooms. */
async function totalled(
  { db, messagesIn }: AttendanceDeps,
  intervals: readonly Interval[],
  { now, period }: { now: number; period?: ReturnType<typeof periodOf> },
): Promise<Attendance[]> {
  const callIds = [...new Set(intervals.map(({ callId, roomSid }) => callId ?? roomSid))];
  const messages = await messagesIn(db, { callIds, ...period });
  return attend(intervals, { untilAt: now, ...(period === undefined ? {} : { period }), messages });
}

function roomEvidenceRoutes(app: App, deps: AttendanceDeps): void {
  const { access, db } = deps;
  const intervalsSchema = { tags, params: roomParams, querystring: Period };
  app.get('/api/v1/rooms/:name/intervals', { schema: intervalsSchema }, async (request) => {
    const principal = await access.require(request);
    const asked = { roomName: request.params.name, principal, period: periodOf(request.query) };
    const record = await named(deps, await folded(deps, () => roomRecord(db, asked)));
    return { items: record.map((one) => intervalOnWire(one, asked.roomName)), nextCursor: null };
  });
  app.get(
    '/api/v1/rooms/:name/facts',
    { schema: { tags, params: roomParams, querystring: FactsQuery } },
    async (request) => {
      const principal = await access.require(request);
      const { name } = request.params;
      const record = await folded(deps, () => roomRecord(db, { roomName: name, principal }));
      const { facts, nextCursor } = await pageOfFacts(request.query, (page) => factsOfRoom(db, name, page));
      const isVisible = readsEveryRoom(principal) ? () => true : meetingsOf(record);
      return { items: facts.filter(isVisible).map((fact) => factOnWire(fact, name)), nextCursor };
    },
  );
}

/** Whether a fact is about one of the meetings that somebody may see. */
function meetingsOf(record: readonly Interval[]) {
  const rooms = new Set<string | null>(record.map(({ roomSid }) => roomSid));
  const calls = new Set<string | null>(record.flatMap(({ callId }) => callId ?? []));
  return (fact: { roomSid: string | null; callId: string | null }) =>
    fact.callId === null ? rooms.has(fact.roomSid) : calls.has(fact.callId);
}

async function folded<T>({ caughtUp }: AttendanceDeps, read: () => Promise<T>): Promise<T> {
  await caughtUp();
  return await read();
}

function isReadingKey(principal: Principal): boolean {
  return principal.via === 'api_key' && principal.scopes.includes(ATTENDANCE_SCOPE);
}

function periodOf({ from, to }: z.infer<typeof Period>) {
  return {
    ...(from === undefined ? {} : { fromAt: Date.parse(from) }),
    ...(to === undefined ? {} : { toAt: Date.parse(to) }),
  };
}
