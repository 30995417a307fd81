import { meetingsOf } from '@latido/core';
import type { Meeting } from '@latido/core';
import type { Meeting as MeetingOnWire } from '@latido/protocol';
import { Meeting as MeetingSchema, MeetingsQuery, page, RoomShown, RoomsQuery } from '@latido/protocol';
import { z } from 'zod';
import { PdfZone, readCursor, writeCursor, type App, type Clock } from '../platform/index.ts';
import { claimedRooms, meetingsBy, roomsBy, type MeetingPlace, type OwnOf } from '../presence/index.ts';
import { named } from './names.ts';
import { isFileAsked, sendMeetings } from './report.ts';
import { ownOf } from './room-record.ts';
import type { AttendanceDeps } from './ports.ts';

const tags = ['attendance'];
const DAY_MS = 86_400_000;
const ROOMS_DAYS = 90;
const NAMES_MOST = 20;
/** A file is one answer: beyond this one asks for a shorter time. */
const FILE_MOST = 10_000;
const FILE_PAGE = 500;
/** Where a list by time goes on: an instant, and what tells apart those of one instant. */
const Place = z.tuple([z.number().int().min(-8.64e15).max(8.64e15), z.string().max(256)]);

/** `GET /api/v1/rooms` and `/api/v1/meetings`: what there was, for whoever may see it. */
export function meetingRoutes(app: App, deps: AttendanceDeps): void {
  meetingsRoute(app, deps);
  roomsRoute(app, deps);
}

function meetingsRoute(app: App, deps: AttendanceDeps): void {
  const { access, caughtUp, clock } = deps;
  const schema = {
    tags,
    summary: 'Meetings, the newest first',
    description:
      'One entry a meeting: a call, or else one room of LiveKit from its opening to its end, also of rooms that Latido never made. Admins, managers and keys with `attendance:read` see all, others those that they were in. `format=csv`, `xlsx` or `ndjson` gives up to 10,000 in one file, `pdf` the first 2,000 in the hours of `zone`.',
    querystring: MeetingsQuery.extend({ zone: PdfZone }),
  };
  app.get('/api/v1/meetings', { schema }, async (request, reply) => {
    const principal = await access.require(request);
    const { query } = request;
    await caughtUp();
    const asked = askedBy(query, await ownOf(deps.db, principal));
    if (!isFileAsked(request)) {
      const { meetings, next } = await meetingsPage(deps, { ...asked, limit: query.limit });
      const nextCursor = next === null ? null : writeCursor([next.joinedAt, next.participantSid]);
      const answer = { items: meetings.map((meeting) => onWire(meeting)), nextCursor };
      return await reply.header('vary', 'accept, origin').send(page(MeetingSchema).parse(answer));
    }
    const all: Meeting[] = [];
    for (let before = asked.before; all.length < FILE_MOST;) {
      const { meetings, next } = await meetingsPage(deps, { ...asked, before, limit: FILE_PAGE });
      all.push(...meetings);
      if (next === null) break;
      before = next;
    }
    const name = `meetings-${new Date(clock.now()).toISOString().slice(0, 10)}`;
    return await sendMeetings({ request, reply }, all, {
      name,
      onWire,
      locale: principal.locale,
      now: clock.now(),
    });
  });
}

function askedBy(query: MeetingsQuery, own: OwnOf | undefined) {
  const [joinedAt, participantSid] = readCursor(query.cursor, Place) ?? [];
  const before: MeetingPlace | undefined =
    joinedAt === undefined || participantSid === undefined ? undefined : { joinedAt, participantSid };
  return {
    roomName: query.room,
    person: query.person,
    ownOf: own,
    fromAt: query.from === undefined ? undefined : Date.parse(query.from),
    toAt: query.to === undefined ? undefined : Date.parse(query.to),
    before,
  };
}

type Asked = ReturnType<typeof askedBy> & { readonly limit: number };

/** Meetings in the names that people gave their rooms. */
async function meetingsPage(deps: AttendanceDeps, asked: Asked) {
  const { intervals, next } = await meetingsBy(deps.db, asked);
  const meetings = meetingsOf(await named(deps, intervals), { untilAt: deps.clock.now() });
  const claims = await claimedRooms(
    deps.db,
    meetings.map(({ roomName }) => roomName),
  );
  const called = meetings.map((meeting) => ({
    ...meeting,
    roomName: claims.get(meeting.roomName)?.alias ?? meeting.roomName,
  }));
  return { meetings: called, next };
}

function onWire({ startedAt, endedAt, people, ...meeting }: Meeting): MeetingOnWire {
  return {
    ...meeting,
    startedAt: new Date(startedAt).toISOString(),
    endedAt: endedAt === null ? null : new Date(endedAt).toISOString(),
    count: people.length,
    people: people.slice(0, NAMES_MOST).map(({ identity, personId, name }) => ({ identity, personId, name })),
  };
}

function roomsRoute(app: App, { access, caughtUp, clock, db }: AttendanceDeps): void {
  const schema = {
    tags,
    summary: 'Rooms, the latest first',
    description:
      'Every room that anybody was in since `from` (default: 90 days ago), also those that Latido never made. Who sees which is as for meetings.',
    querystring: RoomsQuery,
    response: { 200: page(RoomShown) },
  };
  app.get('/api/v1/rooms', { schema }, async (request) => {
    const principal = await access.require(request);
    const { q = '', from, to, cursor, limit } = request.query;
    await caughtUp();
    const [lastAt, name] = readCursor(cursor, Place) ?? [];
    const rows = await roomsBy(db, {
      q,
      ownOf: await ownOf(db, principal),
      fromAt: from === undefined ? sinceDays(clock) : Date.parse(from),
      toAt: to === undefined ? undefined : Date.parse(to),
      before: lastAt === undefined || name === undefined ? undefined : { lastAt, name },
      limit,
    });
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    const isMore = rows.length > shown.length && last !== undefined;
    return {
      items: shown.map((room) => ({
        name: room.name,
        meetings: Number(room.meetings),
        lastJoinAt: room.lastJoinAt.toISOString(),
        peopleNow: Number(room.peopleNow),
      })),
      nextCursor: isMore ? writeCursor([last.lastJoinAt.getTime(), last.name]) : null,
    };
  });
}

const sinceDays = (clock: Clock): number => clock.now() - ROOMS_DAYS * DAY_MS;
