import { z } from 'zod';
import { PRICE_POLICIES } from './choices.ts';

/** An instant on the wire: ISO 8601 in UTC with milliseconds. */
export const Instant = z.iso.datetime();

/** An instant as somebody gives it: ISO 8601 with `Z` or an offset, as every language writes it. */
export const GivenInstant = z.iso
  .datetime({ offset: true })
  .refine((given) => isInYears(given), 'an instant lies in the years 0001 to 9999');

/** What calendars and databases count: there is no year 0, and five digits are no ISO 8601 that all understand. */
function isInYears(given: string): boolean {
  const at = Date.parse(given);
  return at >= Date.parse('0001-01-01T00:00:00Z') && at <= Date.parse('9999-12-31T23:59:59.999Z');
}

/** Coins on the wire: a JSON integer within ±2⁵³. */
export const Coins = z.number().int();

/**
 * State of a call. `waiting`: its people have not met yet, nothing is billed. `live`: both are there, the meter runs.
 * `reconnecting`: they had met and somebody is away until `graceUntil`; the meter rests. `ended`: final, with `endReason`;
 * a page shows the summary and stops asking.
 */
export const CallStatus = z.enum(['waiting', 'live', 'reconnecting', 'ended']);
export type CallStatus = z.infer<typeof CallStatus>;

/**
 * Why a call ended. `hung_up`: somebody pressed the button (`endedBy`). `next`: they pressed Next and look for somebody else.
 * `not_matched`: matching had put two together who did not come together: skipped, not accepted, not come.
 * `parted`: one of the two wants to meet the other no more; neither is told who. `left`: they closed the page and did not come back in
 * time. `lost_connection`: nobody wanted it, the system ended it. `removed`: staff ended it.
 * `unreachable`: for the third time one side could not be reached while its media went on, the system ended it. `out_of_balance`: the payer's coins
 * were used up and no top-up came. `no_answer`: who was called did not come while it rang. `expired`: nobody ever joined.
 */
export const EndReason = z.enum([
  'hung_up',
  'next',
  'not_matched',
  'parted',
  'left',
  'lost_connection',
  'removed',
  'unreachable',
  'out_of_balance',
  'no_answer',
  'expired',
]);
export type EndReason = z.infer<typeof EndReason>;

/** What a person is in a call: who pays, who earns, who hosts, who visits. */
export const CallRole = z.enum(['payer', 'earner', 'host', 'guest']);
export type CallRole = z.infer<typeof CallRole>;

/**
 * Presence of one person in a call, fused from every witness. `absent`: not come yet. `suspected`: silent, being asked.
 * `unreachable`: silent for some seconds, the meter rests, they may come back. `left`: gone from the room.
 */
export const PresenceState = z.enum(['absent', 'present', 'suspected', 'unreachable', 'left']);
export type PresenceState = z.infer<typeof PresenceState>;

/**
 * Why somebody is not there, as far as the server knows: they closed the page (a reload looks the same at first), they
 * are not heard, or the media server is away, which is nobody's doing.
 */
export const AwayReason = z.enum(['closed_page', 'lost_connection', 'media_server']);
/** @see AwayReason */
export type AwayReason = z.infer<typeof AwayReason>;

/** One person of a call, as its partner may see them. */
export const CallPerson = z.object({
  personId: z.string(),
  name: z.string(),
  role: CallRole,
  state: PresenceState,
  /** Last proof of life, when there was one. */
  lastProofAt: Instant.nullable(),
  /** While they are not there; absent or null where nothing is known. */
  away: AwayReason.nullish(),
});
export type CallPerson = z.infer<typeof CallPerson>;

/** Policies of rounding: when a unit becomes due. */
export const PricePolicy = z.enum(PRICE_POLICIES);
export type PricePolicy = z.infer<typeof PricePolicy>;

/** A price plan as people see it; a call pins the version that it began with, whatever is changed later. */
export const Plan = z.object({
  id: z.string(),
  version: z.number().int(),
  name: z.string(),
  policy: PricePolicy,
  /** Coins of one unit, in parts of one: `price` 5 with `priceDen` 3 is a coin and two thirds, and two units are 3 coins. */
  price: Coins,
  /** How many parts make a coin; mostly 1, and then `price` is whole coins. */
  priceDen: z.number().int().min(1),
  /** Length of one unit. */
  incrementMs: z.number().int(),
  currency: z.string(),
  /** The earner's part of the coins, in 1/10,000; only who earns is told. */
  earnerShareBp: z.number().int().nullable(),
});
export type Plan = z.infer<typeof Plan>;

/** Which plans may be chosen for calls with somebody; the first is what a call costs that names none. */
export const PlanOffer = z.strictObject({
  /** A person's id; without it: for everybody of whom nothing else is said. */
  with: z.string().min(1).max(64).optional(),
  plans: z.array(z.string().min(1).max(64)).max(50),
});
export type PlanOffer = z.infer<typeof PlanOffer>;

/**
 * The meter of a call at an instant, as one of its people may see it. Comes with each `call.state`; between two of them a page
 * may count from `asOfAt` while `running`, and must not while it rests: money is only what the server has said.
 */
export const MeterState = z.object({
  plan: Plan,
  /** False while somebody is away, the balance is used up, or the call is over: nothing is billed then. */
  running: z.boolean(),
  /** Milliseconds of togetherness up to `asOfAt`. */
  billableMs: z.number().int(),
  asOfAt: Instant,
  /** All units, the fee as the two meet (unit 0) among them. */
  unitsCharged: z.number().int(),
  /** Units of time among them: without the fee. */
  timeUnits: z.number().int().optional(),
  /** Coins charged so far; to who earns their share, never what the other pays. */
  coins: Coins,
  /** When the unit in progress falls due, if the meter goes on as it does; null while it rests. */
  nextDueAt: Instant.nullable(),
  /** The instant that the balance reaches, once the last unit that it covers has begun. */
  finalAt: Instant.nullable(),
  /** When the call is ended unless coins come in; null unless the balance is used up. Offer a top-up until then. */
  cutAt: Instant.nullable(),
  /** What the first unit that is not charged yet costs, a fee before it among that; only the payer is told. */
  nextCoins: Coins.nullable().optional(),
  /** The payer's coins that no hold has taken; only the payer is told. */
  available: Coins.nullable(),
  /** What the earner has from this call so far; only the earner is told. */
  earned: Coins.nullable(),
  /** Whether the last unit is counted: until then the figures may still grow, also after the call's end. */
  settled: z.boolean(),
});
export type MeterState = z.infer<typeof MeterState>;

/** A call, as one of its people sees it. `GET /api/v1/calls/{id}` and the event `call.state`. */
export const CallState = z.object({
  callId: z.string(),
  /** The same as `callId`. */
  id: z.string(),
  roomName: z.string(),
  kind: z.string(),
  status: CallStatus,
  createdAt: Instant,
  /** When the two first met. */
  startedAt: Instant.nullable(),
  /** The effective end: when somebody was last there, not when it was noticed. */
  endedAt: Instant.nullable(),
  /** A person's id, or `system`. */
  endedBy: z.string().nullable(),
  endReason: EndReason.nullable(),
  /** Whose connection it was, of a call that ended as `lost_connection`; null of any other, and where it was nobody's alone. */
  lostBy: z.string().nullable(),
  /** Until when a partner who lost the connection may come back. */
  graceUntil: Instant.nullable(),
  /** Who was called to it (`POST /api/v1/calls`); null in a room that people go to by themselves. */
  called: z.string().nullable(),
  /** Until when it rings: who has not come by then did not answer. Null once it is answered or over. */
  ringsUntil: Instant.nullable(),
  people: z.array(CallPerson),
  billableMs: z.number().int(),
  /** What it came to for who asks: paid, or earned. */
  coins: Coins,
  /**
   * Whether the figures are final: the call has ended and its last unit is counted. An ended call that is not settled may
   * still cost more: say that its last minute is being counted, and ask again (or wait for `call.state`).
   */
  settled: z.boolean(),
  meter: MeterState.nullable(),
  /** The server's clock when this was said, so that a page counts by it and not by its own. */
  serverAt: Instant,
});
export type CallState = z.infer<typeof CallState>;

/** `GET /api/v1/calls/{id}/ringing`: whether the call reaches who is called. */
export const Ringing = z.object({
  personId: z.string(),
  name: z.string(),
  /** Whether a page of theirs is open: it rings there at once. Else they find the call when they come. */
  online: z.boolean(),
  /** Whether they are in a call with somebody: it is shown to them there. */
  inCall: z.boolean(),
  ringsUntil: Instant.nullable(),
});
export type Ringing = z.infer<typeof Ringing>;

/** Body of `POST /api/v1/calls`: call a person, by id or e-mail. They are told by `call.invited`. */
export const StartCall = z.strictObject({
  with: z.string().min(1).max(200),
  plan: z.string().max(64).optional(),
});
export type StartCall = z.infer<typeof StartCall>;

/** `true`: one's own alone, also for who may see those of all. */
export const Mine = z.stringbool({ truthy: ['true'], falsy: ['false'] }).optional();

/** Query of `GET /api/v1/calls`. */
export const CallsQuery = z.object({
  room: z.string().max(128).optional(),
  status: CallStatus.optional(),
  /** Only calls in which they met, or only those in which they did not. */
  met: z.stringbool({ truthy: ['true'], falsy: ['false'] }).optional(),
  mine: Mine,
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});
export type CallsQuery = z.infer<typeof CallsQuery>;

/** Since when: such as the reader's midnight. */
export const CallsSumQuery = z.object({ from: GivenInstant.optional() });

/** `GET /api/v1/calls/sum`: one's own calls that were made since then and in which they met, and the time together in them. */
export const CallsSum = z.object({ calls: z.number().int(), billableMs: z.number().int() });
export type CallsSum = z.infer<typeof CallsSum>;

/** One connection of a participant to a call, as `/admin` shows it. */
export const CallConnection = z.object({
  participantSid: z.string(),
  identity: z.string(),
  personId: z.string().nullable(),
  state: z.string(),
  joinedAt: Instant,
  lastProofAt: Instant,
  /** Whether our SDK speaks for it; if not, it is judged by LiveKit alone. */
  beating: z.boolean(),
});
export type CallConnection = z.infer<typeof CallConnection>;

/** A call that goes on, as `GET /api/v1/admin/live-calls` lists it. */
export const LiveCall = CallState.extend({ connections: z.array(CallConnection) });
export type LiveCall = z.infer<typeof LiveCall>;

/** One charge: a row a unit; to who earns, their share of it. */
export const Charge = z.object({ unit: z.number().int(), dueAt: Instant, coins: Coins });
export type Charge = z.infer<typeof Charge>;

/** `GET /api/v1/wallet`: `balance` is what is theirs, `held` waits for a unit in progress, `available` can be spent. */
export const Wallet = z.object({ balance: Coins, held: Coins, available: Coins, currency: z.string() });
export type Wallet = z.infer<typeof Wallet>;

/** A page of a list. `nextCursor` is null on the last one. */
export const page = <T extends z.ZodType>(of: T) =>
  z.object({ items: z.array(of), nextCursor: z.string().nullable() });

/** `GET /api/v1/calls/{id}/charges`. */
export const Charges = page(Charge).extend({
  /** Whether no charge will follow: until then the call goes on, or its last minute is being counted. */
  settled: z.boolean(),
});
export type Charges = z.infer<typeof Charges>;

/**
 * What a reader of a list asks for whose cursor is a number: `cursor` goes on from a page's `nextCursor`, `limit` is how
 * many at most. `digits` keeps the cursor inside the column that it is compared with.
 */
export const numberedPage = ({
  limit,
  most = 1_000,
  digits = 18,
}: {
  limit: number;
  most?: number;
  digits?: number;
}) =>
  z.object({
    cursor: z
      .string()
      .regex(new RegExp(`^\\d{1,${digits}}$`), 'Take the cursor from nextCursor, as it is.')
      .optional(),
    limit: z.coerce.number().int().min(1).max(most).default(limit),
  });
