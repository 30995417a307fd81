import { z } from 'zod';
import { Instant } from './calls.ts';

/** Where a recording stands. Of one that is `asked` nothing is recorded yet. */
export const RecordingState = z.enum(['asked', 'recording', 'stopped', 'refused', 'failed', 'deleted']);
/** @see RecordingState */
export type RecordingState = z.infer<typeof RecordingState>;

/** Why it is over, or never was. */
export const RecordingReason = z.enum([
  'said_no',
  'not_answered',
  'call_ended',
  'by_hand',
  'disk_full',
  'engine_failed',
  'expired',
]);

const Named = z.object({ personId: z.string(), name: z.string() });

/** A recording of a call, as one of its people sees it. */
export const Recording = z.object({
  id: z.string(),
  callId: z.string(),
  state: RecordingState,
  reason: RecordingReason.nullable(),
  askedBy: Named,
  askedAt: Instant,
  startedAt: Instant.nullable(),
  endedAt: Instant.nullable(),
  /** Who has answered, and what. */
  answers: z.array(Named.extend({ yes: z.boolean(), at: Instant })),
  /** Who is in the call and has not answered; they are neither seen nor heard in the file. */
  waitingFor: z.array(Named),
  /** Its files: one, and one more after each time that the recorder broke. Playable once it is over. */
  parts: z.array(
    z.object({ n: z.number().int(), bytes: z.number().int(), durationMs: z.number().int().nullable() }),
  ),
  deletedAt: Instant.nullable(),
  /** Null when it was kept long enough, and went by itself. */
  deletedBy: Named.nullable(),
  mayDelete: z.boolean(),
});
/** @see Recording */
export type Recording = z.infer<typeof Recording>;

/** Body of `POST /api/v1/calls/{id}/recordings/{rid}/consent`. */
export const RecordingConsent = z.object({ yes: z.boolean() });

/** Query of `GET /api/v1/calls/{id}/recordings/{rid}/file`. */
export const RecordingFileQuery = z.object({
  part: z.coerce.number().int().min(1).default(1),
  /** With 1 the file is to be saved, not played. */
  download: z.enum(['0', '1']).default('0'),
});

/** The recordings of a call, the newest first. */
export const Recordings = z.object({
  items: z.array(Recording),
  /** Whether it is the reader's to ask; `unavailable` says why nobody can here. */
  mayAsk: z.boolean(),
  unavailable: z.object({ code: z.string(), detail: z.string() }).nullable(),
});
/** @see Recordings */
export type Recordings = z.infer<typeof Recordings>;
