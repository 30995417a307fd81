import { dailyMeetings } from '@latido/core';
import { DailyMeetings, DailyMeetingsQuery } from '@latido/protocol';
import type { Principal } from '../access/index.ts';
import type { App } from '../platform/index.ts';
import { problem } from '../platform/index.ts';
import {
  claimedRooms,
  countMeetings,
  meetingsBy,
  placeOfMeeting,
  type MeetingPlace,
} from '../presence/index.ts';
import { named } from './names.ts';
import type { AttendanceDeps } from './ports.ts';
import { ownOf } from './room-record.ts';

const PAGE = 100;

/** Meetings in the shape of Daily's `/meetings`, for tools that were written for it. Who sees which is as in `/api/v1/meetings`. */
export function dailyRoutes(app: App, deps: AttendanceDeps): void {
  const { access, caughtUp, clock, db } = deps;
  const schema = {
    tags: ['attendance'],
    summary: 'Meetings in the shape of Daily',
    description:
      'For tools that read `GET /meetings` of Daily: the same fields, filters and pages, of the rooms of this LiveKit. A coming is a participant; one person on two devices counts once in `max_participants`.',
    querystring: DailyMeetingsQuery,
    response: { 200: DailyMeetings },
  };
  app.get('/api/v1/daily/meetings', { schema }, async (request) => {
    const principal = await access.require(request);
    const { query } = request;
    await caughtUp();
    const asked = await askedBy(deps, query, principal);
    const { intervals } = await meetingsBy(db, { ...asked, limit: query.limit ?? PAGE });
    const rooms = await claimedRooms(db, [...new Set(intervals.map(({ roomName }) => roomName))]);
    const meetings = dailyMeetings(await named(deps, intervals), {
      untilAt: clock.now(),
      roomOf: (livekitName) => rooms.get(livekitName)?.alias ?? livekitName,
    });
    return {
      total_count: await countMeetings(db, asked),
      data: meetings.map(({ participants, ...meeting }) =>
        query.no_participants === 'true' ? meeting : { ...meeting, participants: [...participants] },
      ),
    };
  });
}

async function askedBy({ db }: AttendanceDeps, query: DailyMeetingsQuery, principal: Principal) {
  const own = await ownOf(db, principal);
  const placeOf = async (meeting: string | undefined): Promise<MeetingPlace | undefined> => {
    if (meeting === undefined) return undefined;
    const place = await placeOfMeeting(db, { meeting, ownOf: own });
    if (!place) throw problem('cursor.invalid', `There is no meeting ${meeting} to go on from.`);
    return place;
  };
  if (query.starting_after !== undefined && query.ending_before !== undefined)
    throw problem('request.invalid', 'A list goes on from `starting_after` or to `ending_before`, not both.');
  return {
    roomName: query.room,
    ownOf: own,
    fromAt: query.timeframe_start === undefined ? undefined : query.timeframe_start * 1000,
    toAt: query.timeframe_end === undefined ? undefined : query.timeframe_end * 1000,
    ongoing: query.ongoing === undefined ? undefined : query.ongoing === 'true',
    before: await placeOf(query.starting_after),
    after: await placeOf(query.ending_before),
  };
}
