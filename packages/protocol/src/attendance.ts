import { z } from 'zod';
import { GivenInstant, Instant } from './calls.ts';

/** One line of attendance. Durations in milliseconds. */
export const Attendee = z.object({
  identity: z.string(),
  personId: z.string().nullable(),
  name: z.string(),
  firstJoinAt: Instant,
  lastLeaveAt: Instant.nullable(),
  presentMs: z.number().int(),
  visits: z.number().int(),
  reconnects: z.number().int(),
  connectedMs: z.number().int(),
  togetherMs: z.number().int(),
  aloneMs: z.number().int(),
  /** Of the present time, that in which a camera, a microphone, a screen was published. */
  cameraMs: z.number().int(),
  microphoneMs: z.number().int(),
  screenMs: z.number().int(),
  /** Messages that they wrote in the calls that this is of. */
  messages: z.number().int(),
});
export type Attendee = z.infer<typeof Attendee>;

/** Somebody who was in a meeting. */
const MeetingPerson = z.object({ identity: z.string(), personId: z.string().nullable(), name: z.string() });

/** One meeting: a call, or else one room of LiveKit from its opening to its end. `GET /api/v1/meetings`. */
export const Meeting = z.object({
  /** The call's id, else LiveKit's sid of the room. */
  id: z.string(),
  roomName: z.string(),
  callId: z.string().nullable(),
  /** The first arrival. */
  startedAt: Instant,
  /** The last leaving; null while anybody is there. */
  endedAt: Instant.nullable(),
  durationMs: z.number().int(),
  /** How many people were there. */
  count: z.number().int(),
  /** The first twenty of them, by arrival. */
  people: z.array(MeetingPerson),
});
export type Meeting = z.infer<typeof Meeting>;

const Keyset = {
  cursor: z.string().max(400).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
};

/** Query of `GET /api/v1/meetings`, newest first. */
export const MeetingsQuery = z.object({
  room: z.string().min(1).max(256).optional(),
  /** A person's id, or an identity of LiveKit: only meetings that they were in. */
  person: z.string().min(1).max(256).optional(),
  /** Meetings that began from then on. */
  from: GivenInstant.optional(),
  /** Meetings that began before then. */
  to: GivenInstant.optional(),
  format: z.enum(['json', 'csv', 'ndjson', 'xlsx', 'pdf']).optional(),
  /** Whose hours a PDF tells: a name of IANA's. */
  zone: z.string().max(64).optional(),
  /** CSV that Excel reads as UTF-8. */
  excel: z.enum(['true', 'false']).optional(),
  ...Keyset,
});
export type MeetingsQuery = z.infer<typeof MeetingsQuery>;

/** A room by its name, as `GET /api/v1/rooms` lists it. */
export const RoomShown = z.object({
  name: z.string(),
  /** Meetings in the period that was asked for. */
  meetings: z.number().int(),
  /** When somebody came in last. */
  lastJoinAt: Instant,
  /** How many people are there now. */
  peopleNow: z.number().int(),
});
export type RoomShown = z.infer<typeof RoomShown>;

/** Query of `GET /api/v1/rooms`: the rooms that anybody was in, the latest first. */
export const RoomsQuery = z.object({
  /** Part of the name. */
  q: z.string().trim().max(256).optional(),
  /** Default: 90 days ago. */
  from: GivenInstant.optional(),
  to: GivenInstant.optional(),
  ...Keyset,
});
export type RoomsQuery = z.infer<typeof RoomsQuery>;
