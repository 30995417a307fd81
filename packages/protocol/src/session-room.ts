import { z } from 'zod';
import { Instant } from './calls.ts';

const Someone = z.object({ personId: z.string(), name: z.string() });

/** The room of a session that goes on, as everybody within sees it; also the data of `session.room`, beside `bookingId`. */
export const SessionRoom = z.object({
  /** Locked, nobody new may ask to come in; whoever was let in comes back. */
  isLocked: z.boolean(),
  /** The mentor first, then whom they made a host. */
  hosts: z.array(Someone),
  /** Raised hands, in the order of raising, from position 1 on. */
  hands: z.array(Someone.extend({ position: z.number().int(), raisedAt: Instant })),
  serverAt: Instant,
});
/** @see SessionRoom */
export type SessionRoom = z.infer<typeof SessionRoom>;

/** Body of `POST /api/v1/bookings/{id}/room/turn-off`: of one person, or of everybody but whoever asks. */
export const TurnOff = z.object({
  source: z.enum(['microphone', 'camera']).default('microphone'),
  personId: z.string().min(1).max(64).optional(),
});
/** @see TurnOff */
export type TurnOff = z.infer<typeof TurnOff>;
