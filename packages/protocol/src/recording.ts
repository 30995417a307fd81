import { z } from 'zod';
import { Instant } from './calls.ts';

/** Where a recording stands. Of one that is `asked` nothing is recorded now: not yet, or not while it is held. */
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
  /** Since when nothing is recorded as somebody there said no, and who asked has to choose. */
  heldAt: Instant.nullable(),
  /** When they chose to go on once those have left. */
  goesOnAt: Instant.nullable(),
  /** Who is in the call and said no. */
  refusedBy: z.array(Named),
  /** Whether that choice is the reader's. */
  mayChoose: z.boolean(),
  /** Who is in the call and has not answered; they are neither seen nor heard in the file. */
  waitingFor: z.array(Named),
  /** Its files: one, and one more after each time that the recorder broke. Playable once it is over. */
  parts: z.array(
    z.object({
      n: z.number().int(),
      /** When its first picture was seen. */
      startedAt: Instant,
      bytes: z.number().int(),
      durationMs: z.number().int().nullable(),
    }),
  ),
  /** It is over, and the end of a file is being written: `parts` has more of it in some seconds. */
  isWriting: z.boolean(),
  /** Who came in and who raised a hand, with the place in a file. */
  chapters: z.array(
    Named.extend({ part: z.number().int(), atMs: z.number().int(), kind: z.enum(['join', 'hand']) }),
  ),
  /** Until when its files are kept; null while it is made, where there are none, and once it is deleted. */
  keptUntil: Instant.nullable(),
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
