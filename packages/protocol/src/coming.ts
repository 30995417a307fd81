import { z } from 'zod';
import { Instant } from './calls.ts';

/** What is said of one person's coming, once a session is over. */
export const ComingVerdict = z.enum(['present', 'late', 'left_early', 'waited_alone', 'no_show', 'denied']);
/** @see ComingVerdict */
export type ComingVerdict = z.infer<typeof ComingVerdict>;

/** One correction of a verdict. */
export const VerdictCorrection = z.object({
  verdict: ComingVerdict,
  reason: z.string(),
  by: z.object({ personId: z.string(), name: z.string() }),
  at: Instant,
});
/** @see VerdictCorrection */
export type VerdictCorrection = z.infer<typeof VerdictCorrection>;

/** Body of `POST /api/v1/bookings/{id}/verdicts`: of whom, what is to stand, and why. */
export const CorrectVerdict = z.object({
  personId: z.string().min(1).max(64),
  verdict: ComingVerdict,
  reason: z.string().trim().min(3).max(500),
});
/** @see CorrectVerdict */
export type CorrectVerdict = z.infer<typeof CorrectVerdict>;

/** How somebody came to a session. Whoever is no host is told of themselves only. */
export const SessionComing = z.object({
  personId: z.string(),
  name: z.string(),
  /** Whether they came by the link of the session. */
  isGuest: z.boolean(),
  /** What stands: as it was found, or as it was corrected last. */
  verdict: ComingVerdict,
  /** What the connections say. */
  foundVerdict: ComingVerdict,
  /** What was corrected, by whom and why, the first one first. */
  corrections: z.array(VerdictCorrection),
  firstJoinAt: Instant.nullable(),
  lastLeaveAt: Instant.nullable(),
  presentMs: z.number().int(),
  togetherMs: z.number().int(),
  waitedMs: z.number().int(),
  /** When they waited in the lobby, each time until they were let in, denied, or left. */
  waits: z.array(z.object({ from: Instant, to: Instant })),
  /** Of their presence, that in which a camera, a microphone, a screen was published. */
  cameraMs: z.number().int(),
  microphoneMs: z.number().int(),
  screenMs: z.number().int(),
  /** Messages that they wrote in the session's calls. */
  messages: z.number().int(),
});
/** @see SessionComing */
export type SessionComing = z.infer<typeof SessionComing>;
