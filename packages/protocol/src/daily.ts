import { z } from 'zod';

const Seconds = z.number().int();
const When = z.coerce.number().int().min(0).max(8_640_000_000_000);

/** `GET /api/v1/daily/meetings`: what tools that were written for Daily's `/meetings` ask. Instants are seconds since 1970. */
export const DailyMeetingsQuery = z
  .object({
    room: z.string().min(1).max(256),
    /** Meetings that began from then on. */
    timeframe_start: When,
    /** Meetings that began before then. */
    timeframe_end: When,
    /** `true`: only those in which somebody is now; `false`: only those that are over. */
    ongoing: z.enum(['true', 'false']),
    /** Leaves out who was there. */
    no_participants: z.enum(['true', 'false']),
    /** The id of a meeting: those that follow it in the list, which began before it. */
    starting_after: z.string().min(1).max(256),
    /** The id of a meeting: those that stand before it in the list, the nearest to it. */
    ending_before: z.string().min(1).max(256),
    limit: z.coerce.number().int().min(1).max(100),
  })
  .partial();
export type DailyMeetingsQuery = z.infer<typeof DailyMeetingsQuery>;

const DailyParticipant = z.object({
  user_id: z.string().nullable(),
  participant_id: z.string(),
  user_name: z.string().nullable(),
  join_time: Seconds,
  duration: Seconds,
});

/** A page of meetings, the newest first. */
export const DailyMeetings = z.object({
  /** Of all that were asked for, not of this page. */
  total_count: z.number().int(),
  data: z.array(
    z.object({
      id: z.string(),
      room: z.string(),
      start_time: Seconds,
      duration: Seconds,
      ongoing: z.boolean(),
      max_participants: z.number().int(),
      participants: z.array(DailyParticipant).optional(),
    }),
  ),
});
export type DailyMeetings = z.infer<typeof DailyMeetings>;
