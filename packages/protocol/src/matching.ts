import { z } from 'zod';
import { Coins, Instant, page, Plan } from './calls.ts';
import { RoomName } from './tokens.ts';

/** What a price asks beside its coins a minute; nothing of it where it is absent. */
export const OfferTerms = z.object({
  /** Coins that are charged once, as the two meet. */
  connectFee: Coins.optional(),
  /** The first stretch, where it has a price of its own. */
  first: z.object({ forMs: z.number().int(), coins: Coins }).optional(),
  /** From how long together on another price a minute is asked, the earliest first. */
  later: z.array(z.object({ fromMs: z.number().int(), price: Coins })).optional(),
});
/** @see OfferTerms */
export type OfferTerms = z.infer<typeof OfferTerms>;

/** What somebody is asked: whom they could talk to, at what price. */
export const MatchOffer = z.object({
  id: z.string(),
  /** The server's word: after it an offer can be neither accepted nor skipped. */
  deadlineAt: Instant,
  partner: z.object({
    personId: z.string(),
    name: z.string(),
    /** Mean of their stars; absent until three people have given some. */
    rating: z.number().optional(),
  }),
  /** Coins a minute. */
  price: Coins,
  policy: Plan.shape.policy,
  ...OfferTerms.shape,
  /** Whether this person has accepted, and waits for the other. */
  accepted: z.boolean(),
});
/** @see MatchOffer */
export type MatchOffer = z.infer<typeof MatchOffer>;

/**
 * Where somebody stands. `off`: in no line; `reason` says why, if it was not by themselves. `waiting`: a place in line, counted
 * among those who could be offered the same people. `offered`: look at `offer` until its deadline. `connecting`: both have
 * accepted, come into the room until `deadlineAt`. `in_call`: both are there.
 */
export const MatchingState = z.object({
  state: z.enum(['off', 'waiting', 'offered', 'connecting', 'in_call']),
  side: z.enum(['payer', 'earner']).optional(),
  /**
   * Of `off`. `silent`: two offers without an answer. `no_coins`: not enough for the first unit. `quiet`: the page gave no sign
   * for 30 s. `ended`: the last call ended. `no_plan`: the plan by which they were on air is offered no more.
   */
  reason: z.enum(['silent', 'no_coins', 'quiet', 'ended', 'no_plan']).optional(),
  /** Coins that were missing, of `no_coins`. */
  missing: Coins.optional(),
  position: z.number().int().optional(),
  /** How many on the other side fit, in a call or not. */
  onAir: z.number().int().optional(),
  since: Instant.optional(),
  /** The most that a minute with earners on air can come to, and how many do: for a payer who is off or waiting. */
  prices: z.array(z.object({ price: Coins, people: z.number().int() })).optional(),
  /** Since when those wait who are free and fit, the longest first, at most 10: for an earner who is off or waiting. */
  waits: z.array(Instant).optional(),
  /** What the person asked for. */
  wishes: z
    .object({
      maxPrice: Coins.nullable(),
      language: z.string().nullable(),
      connectAtOnce: z.boolean(),
      planId: z.string().nullable(),
      price: Coins.nullable(),
      askFirst: z.boolean(),
      unhurried: z.boolean(),
    })
    .optional(),
  /** Which page of the person holds the place; null where whoever got in line named none. */
  page: z.string().nullable().optional(),
  /** Until when a payer who asked for it is told that somebody is on air. */
  tellMeUntil: Instant.optional(),
  offer: MatchOffer.optional(),
  deadlineAt: Instant.optional(),
  callId: z.string().optional(),
  roomName: z.string().optional(),
  /** LiveKit's token for the room, and where LiveKit is; a page with our SDK asks `/api/livekit/token-secure` instead. */
  token: z.string().optional(),
  wsUrl: z.string().optional(),
  serverAt: Instant,
});
/** @see MatchingState */
export type MatchingState = z.infer<typeof MatchingState>;

/** Answer of `POST /api/livekit/next-user`: the state, and what old front ends look for. */
export const NextUser = MatchingState.extend({ success: z.literal(true) });
/** @see NextUser */
export type NextUser = z.infer<typeof NextUser>;

/** Body of `POST /api/livekit/next-user`: which call, in either spelling; without one, the call that goes on. */
export const NextBody = z.object({ roomName: RoomName.optional(), room_name: RoomName.optional() }).loose();
/** @see NextBody */
export type NextBody = z.infer<typeof NextBody>;

/**
 * What a page calls itself, a name of its own choice: then only its signs keep the place, and another page of the same person can tell
 * that it is not the one.
 */
export const PageId = z.string().min(1).max(64);

/** Body of `POST /api/v1/matching/page`. */
export const TakePlace = z.object({ page: PageId });

/** Body of `POST /api/v1/matching/waiting`. */
export const LookFor = z.strictObject({
  /** Coins a minute, at most: whoever's plan has a minute, the first or a later one, that can cost more is not offered. */
  maxPrice: Coins.min(1).max(Number.MAX_SAFE_INTEGER).nullish(),
  language: z.enum(['en', 'es']).nullish(),
  /** Accepts offers beforehand; not those that ask a fee as the two meet. */
  connectAtOnce: z.boolean().optional(),
  /** Offers to them may be looked at for 20 s instead of 5. */
  unhurried: z.boolean().optional(),
  page: PageId.optional(),
});
/** @see LookFor */
export type LookFor = z.infer<typeof LookFor>;

/** Body of `POST /api/v1/matching/tell-me`: of whom one wants to know that they are on air. */
export const AskToBeTold = LookFor.pick({ maxPrice: true, language: true });
/** @see AskToBeTold */
export type AskToBeTold = z.infer<typeof AskToBeTold>;

/** Body of `POST /api/v1/matching/on-air`. */
export const GoOnAir = z.strictObject({
  /** One of the plans offered for calls with this person; without it, the first. */
  planId: z.string().min(1).max(64).optional(),
  askFirst: z.boolean().optional(),
  /** As of {@link LookFor}, where they are asked first. */
  unhurried: z.boolean().optional(),
  page: PageId.optional(),
});
/** @see GoOnAir */
export type GoOnAir = z.infer<typeof GoOnAir>;

/** Why somebody is reported. */
export const ReportReason = z.enum(['abuse', 'nudity', 'minor', 'fraud', 'spam', 'other']);
/** @see ReportReason */
export type ReportReason = z.infer<typeof ReportReason>;

/** Body of `POST /api/v1/calls/{id}/report`. The two never meet again. */
export const NewReport = z.object({ reason: ReportReason, text: z.string().trim().max(2_000).optional() });
/** @see NewReport */
export type NewReport = z.infer<typeof NewReport>;

/** A report, as the desk reads it. */
export const Report = z.object({
  id: z.string(),
  callId: z.string(),
  by: z.object({ personId: z.string(), name: z.string() }),
  of: z.object({ personId: z.string(), name: z.string() }),
  reason: ReportReason,
  text: z.string().nullable(),
  at: Instant,
  closedAt: Instant.nullable(),
  note: z.string().nullable(),
});
/** @see Report */
export type Report = z.infer<typeof Report>;

/** `GET /api/v1/reports`. */
export const Reports = page(Report);

/** Body of `POST /api/v1/reports/{id}/close`. */
export const CloseReport = z.object({ note: z.string().trim().min(1).max(2_000) });

/** Body of `POST /api/v1/calls/{id}/rating`. */
export const NewRating = z.object({
  stars: z.number().int().min(1).max(5),
  text: z.string().trim().max(2_000).optional(),
});
/** @see NewRating */
export type NewRating = z.infer<typeof NewRating>;

/** Somebody in line, as staff see them. */
export const InLineShown = z.object({
  personId: z.string(),
  name: z.string(),
  side: z.enum(['payer', 'earner']),
  state: z.enum(['waiting', 'offered', 'connecting', 'in_call']),
  since: Instant,
  price: Coins.nullable(),
  maxPrice: Coins.nullable(),
  language: z.string().nullable(),
});
/** @see InLineShown */
export type InLineShown = z.infer<typeof InLineShown>;
/** `GET /api/v1/admin/matching`. */
export const MatchingLine = page(InLineShown);
