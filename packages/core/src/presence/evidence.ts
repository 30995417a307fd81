import type { Span } from '../kernel/spans.ts';
import type { Fact } from './fact.ts';
import { participantSaid } from './fact.ts';
import { addProof } from './proofs.ts';
import { absorbTrack, type TrackSaid } from './tracks.ts';
import { MEDIA_SERVER } from './watch.ts';

/**
 * A value that several facts may tell: the best told (lowest rank), of those the earliest (of names the latest), of those the least.
 * The choice reads the set of what was said, never the order in which it came.
 */
export type Told = readonly [rank: number, at: number, value: string];

/** What may be told of a participant besides times. */
export type ToldField = 'roomSid' | 'roomName' | 'identity' | 'name' | 'kind' | 'callId' | 'callRoom';

/**
 * All that the facts said of one participant sid, as a join-semilattice: every part is a minimum, a maximum or a
 * set. Absorbing a fact twice, late or in another order gives the same evidence, byte for byte (PRES-R12).
 * Plain JSON, so that it may be stored.
 */
export interface Evidence {
  readonly participantSid: string;
  readonly told: Readonly<Partial<Record<ToldField, Told>>>;
  /** Earliest instant at which it was there, by what proved it. */
  readonly joins: Readonly<Record<string, number>>;
  readonly proofs: readonly Span[];
  /** Those of them that are its own word or LiveKit's, and not the partner's; absent in what was folded before these were told apart. */
  readonly own?: readonly Span[];
  /** First and last poll that listed it. */
  readonly listed: Span | null;
  readonly beating: boolean;
  /** Words that end it, e.g. `bye`, `left:CONNECTION_TIMEOUT`, `room_finished`: the earliest of each. */
  readonly ends: Readonly<Record<string, number>>;
  /** The detector's `left`: effective time and reason. A newer proof refutes it. */
  readonly lefts: readonly (readonly [at: number, reason: string])[];
  readonly unreachableAt: readonly number[];
  /** Those of them that an outage of LiveKit explains; left out where there is none. */
  readonly outageAt?: readonly number[];
  /** Those of them that began as the page said that it goes; left out where there is none. */
  readonly closedAt?: readonly number[];
  readonly resumedAt: readonly number[];
  readonly suspectedAt: number | null;
  /** From when their media is known not to arrive, by both sides, and when it did again; absent if never. */
  readonly mediaStoppedAt?: readonly number[];
  readonly mediaBackAt?: readonly number[];
  /** When its page said that it goes; absent if never. */
  readonly saidGoesAt?: readonly number[];
  /** When we last told them to leave the room, because we could not reach them; absent if never. */
  readonly shutOutAt?: number;
  /** Its tracks, as webhooks told of them; left out where none did. */
  readonly tracks?: readonly TrackSaid[];
}

/** Nothing is known yet. */
export function noEvidence(participantSid: string): Evidence {
  return {
    participantSid,
    told: {},
    joins: {},
    proofs: [],
    own: [],
    listed: null,
    beating: false,
    ends: {},
    lefts: [],
    unreachableAt: [],
    resumedAt: [],
    suspectedAt: null,
  };
}

/** Adds what one fact says of this sid. A fact that says nothing of it changes nothing. */
export function absorb(evidence: Evidence, fact: Fact): Evidence {
  if (fact.type === 'room_finished') return addEnd(evidence, 'room_finished', fact.occurredAt);
  if (fact.participantSid !== evidence.participantSid) return evidence;
  const named = tell(evidence, fact);
  const say = SAYS[`${fact.source}.${fact.type}`];
  return say === undefined ? named : say(named, fact);
}

const SAYS: Readonly<Record<string, (evidence: Evidence, fact: Fact) => Evidence>> = {
  'webhook.participant_joined': (evidence, fact) => {
    const { isRinging } = participantSaid(fact.payload);
    if (isRinging === true) return rang(evidence, fact);
    const joined = there(evidence, 'webhook', [fact.occurredAt, fact.occurredAt]);
    return isRinging === false ? answered(joined, fact) : joined;
  },
  'webhook.track_published': (evidence, fact) =>
    withTrack(there(evidence, 'track', [fact.occurredAt, fact.occurredAt]), fact),
  'webhook.track_unpublished': (evidence, fact) => withTrack(evidence, fact),
  'webhook.participant_left': (evidence, fact) => {
    const { disconnectReason, joinedAt: saidAt, isRinging } = participantSaid(fact.payload);
    // Told in the clock of LiveKit, as the payload has it; that may have been set between the two.
    const { clockOffsetMs, joinedOffsetMs = clockOffsetMs } = fact.payload;
    const joinedAt = saidAt === null ? null : saidAt - (instant(joinedOffsetMs) ?? 0);
    const left = addEnd(evidence, `left:${disconnectReason}`, fact.occurredAt);
    // A telephone that rings as it goes was never answered, also where its joined was lost (PRES-R24).
    if (isRinging === true) return rang(left, fact);
    // Whose joined was lost has been there all the same.
    const isTold = joinedAt !== null && joinedAt <= fact.occurredAt && !UNANSWERED.includes(disconnectReason);
    return isTold ? { ...left, joins: earliest(left.joins, 'left', joinedAt) } : left;
  },
  'webhook.participant_connection_aborted': (evidence, fact) =>
    addEnd(evidence, `aborted:${participantSaid(fact.payload).disconnectReason}`, fact.occurredAt),
  'sdk.connected': (evidence, fact) => ({
    ...there(evidence, 'sdk', [fact.occurredAt, fact.occurredAt]),
    beating: true,
  }),
  'sdk.bye': (evidence, fact) =>
    addEnd(there(evidence, 'sdk', [fact.occurredAt, fact.occurredAt]), 'bye', fact.occurredAt),
  // The page was still there when it said that it goes.
  'sdk.page_left': (evidence, fact) => ({
    ...there(evidence, 'sdk', [fact.occurredAt, fact.occurredAt]),
    saidGoesAt: insert(evidence.saidGoesAt ?? [], fact.occurredAt),
  }),
  'proof.proof': (evidence, fact) => {
    const { fromAt, toAt, via } = fact.payload;
    const proof: Span = [instant(fromAt) ?? fact.occurredAt, instant(toAt) ?? fact.occurredAt];
    if (via === 'media') return seen(evidence, proof);
    return { ...there(evidence, 'proof', proof), beating: true };
  },
  'poll.listed': (evidence, fact) => {
    const { isRinging } = participantSaid(fact.payload);
    if (isRinging === true) return rang(evidence, fact);
    const [firstAt, lastAt] = evidence.listed ?? [fact.occurredAt, fact.occurredAt];
    const joinedAt = instant(fact.payload['joinedAt']) ?? fact.occurredAt;
    const met: Evidence = {
      ...evidence,
      joins: earliest(evidence.joins, 'poll', joinedAt),
      listed: [Math.min(firstAt, fact.occurredAt), Math.max(lastAt, fact.occurredAt)],
    };
    return isRinging === false ? answered(met, fact) : met;
  },
  'detector.suspected': (evidence, fact) => ({
    ...evidence,
    suspectedAt: Math.max(evidence.suspectedAt ?? -Infinity, fact.occurredAt),
  }),
  'detector.unreachable': (evidence, fact) => {
    const unreachable = { ...evidence, unreachableAt: insert(evidence.unreachableAt, fact.occurredAt) };
    const { reason } = fact.payload;
    if (reason === MEDIA_SERVER)
      return { ...unreachable, outageAt: insert(evidence.outageAt ?? [], fact.occurredAt) };
    if (reason !== 'page_left') return unreachable;
    return { ...unreachable, closedAt: insert(evidence.closedAt ?? [], fact.occurredAt) };
  },
  'detector.resumed': (evidence, fact) => ({
    ...evidence,
    resumedAt: insert(evidence.resumedAt, fact.occurredAt),
  }),
  'detector.media_stopped': (evidence, fact) => ({
    ...evidence,
    mediaStoppedAt: insert(evidence.mediaStoppedAt ?? [], fact.occurredAt),
  }),
  'detector.media_back': (evidence, fact) => ({
    ...evidence,
    mediaBackAt: insert(evidence.mediaBackAt ?? [], fact.occurredAt),
  }),
  'detector.shut_out': (evidence, fact) => ({
    ...evidence,
    shutOutAt: Math.max(evidence.shutOutAt ?? -Infinity, fact.occurredAt),
  }),
  'detector.left': (evidence, fact) => {
    const reason = typeof fact.payload['reason'] === 'string' ? fact.payload['reason'] : 'lost';
    const others = evidence.lefts.filter(([at, why]) => at !== fact.occurredAt || why !== reason);
    const lefts = [...others, [fact.occurredAt, reason] as const];
    return { ...evidence, lefts: lefts.toSorted((a, b) => a[0] - b[0] || (a[1] < b[1] ? -1 : 1)) };
  },
};

/** LiveKit's reasons that say of a telephone that nobody was ever on it. */
const UNANSWERED: readonly string[] = ['USER_UNAVAILABLE', 'USER_REJECTED', 'SIP_TRUNK_FAILURE'];

/** A telephone that rings is nobody yet: LiveKit has it in the room from the dialling on (PRES-R24). */
function rang(evidence: Evidence, { occurredAt }: Fact): Evidence {
  return { ...evidence, joins: earliest(evidence.joins, 'ringing', occurredAt) };
}

function answered(evidence: Evidence, { occurredAt }: Fact): Evidence {
  return { ...evidence, joins: earliest(evidence.joins, 'answered', occurredAt) };
}

function withTrack(evidence: Evidence, fact: Fact): Evidence {
  const { tracks: had = [] } = evidence;
  const tracks = absorbTrack(had, fact);
  return tracks === had ? evidence : { ...evidence, tracks };
}

function there(evidence: Evidence, by: string, proof: Span): Evidence {
  return {
    ...evidence,
    joins: earliest(evidence.joins, by, proof[0]),
    proofs: addProof(evidence.proofs, proof),
    own: addProof(evidence.own ?? evidence.proofs, proof),
  };
}

/** The partner's eyes prove that somebody is there, and speak for nobody's purse (PRES-R23). */
function seen(evidence: Evidence, proof: Span): Evidence {
  return {
    ...evidence,
    joins: earliest(evidence.joins, 'proof', proof[0]),
    proofs: addProof(evidence.proofs, proof),
    own: evidence.own ?? evidence.proofs,
  };
}

function addEnd(evidence: Evidence, word: string, at: number): Evidence {
  return { ...evidence, ends: earliest(evidence.ends, word, at) };
}

function earliest(times: Readonly<Record<string, number>>, key: string, at: number): Record<string, number> {
  return { ...times, [key]: Math.min(times[key] ?? Infinity, at) };
}

function insert(instants: readonly number[], at: number): readonly number[] {
  return instants.includes(at) ? instants : [...instants, at].toSorted((a, b) => a - b);
}

function instant(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** What LiveKit tells beats what we concluded when the fact was stored. `callRoom` is the room of the facts of a call. */
function tell(evidence: Evidence, fact: Fact): Evidence {
  const said = 'participant' in fact.payload ? participantSaid(fact.payload) : NOTHING_SAID;
  // Only LiveKit knows whose a sid is and in which room: a browser may name one that is elsewhere, or somebody else's.
  const rank = fact.source === 'webhook' || fact.source === 'poll' ? 0 : 1;
  const values: [ToldField, number, unknown][] = [
    ['roomSid', rank, fact.roomSid],
    ['roomName', rank, fact.roomName],
    ['identity', rank, fact.identity],
    ['name', rank, said.name],
    ['kind', rank, said.whole ? said.kind : null],
    ['callId', rank, fact.callId],
    ['callRoom', rank, fact.callId === null ? null : fact.roomName],
  ];
  let { told } = evidence;
  for (const [field, order, value] of values) {
    if (typeof value !== 'string' || value === '') continue;
    const candidate: Told = [order, fact.occurredAt, value];
    const best = told[field];
    if (best === undefined || compareTold(field, candidate, best) < 0) told = { ...told, [field]: candidate };
  }
  return told === evidence.told ? evidence : { ...evidence, told };
}

/** Most facts say nothing of their participant. */
const NOTHING_SAID = participantSaid({});

/** People change their names: of theirs the latest is told, of all else the earliest. */
function compareTold(field: ToldField, a: Told, b: Told): number {
  const sooner = field === 'name' ? b[1] - a[1] : a[1] - b[1];
  return a[0] - b[0] || sooner || (a[2] < b[2] ? -1 : a[2] > b[2] ? 1 : 0);
}
