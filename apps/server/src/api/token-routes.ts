import type { CallMember } from '@latido/core';
import { FREE_BEAT_EVERY_MS, PAID_BEAT_EVERY_MS } from '@latido/core';
import { SessionTokenRequest, TokenAnswer, TokenRequest } from '@latido/protocol';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Access, Principal } from '../access/index.ts';
import { answerRing, findOpenCall, peopleOf, type CallRow } from '../calls/index.ts';
import type { RoomService } from '../livekit/index.ts';
import { signToken } from '../livekit/index.ts';
import { admission, sessionCalled } from '../mentoring/index.ts';
import { startPaidCall, type PaidCall } from '../metering/index.ts';
import type { App, Clock, Config, Db, Hints } from '../platform/index.ts';
import { AppError, chance, problem } from '../platform/index.ts';
import { claimedRooms, type Presence } from '../presence/index.ts';
import { isApiKey, onBehalf } from './on-behalf.ts';
import { unlessElsewhere } from './elsewhere.ts';
import { partInCall } from './roles.ts';

/** What the token routes need. */
export interface TokenRouteDeps {
  readonly access: Access;
  readonly db: Db;
  readonly config: Pick<
    Config,
    'livekitUrl' | 'livekitApiKey' | 'livekitApiSecret' | 'tokenTtlMs' | 'ringMs'
  >;
  readonly rooms: Pick<RoomService, 'createRoom'>;
  readonly clock: Clock;
  readonly hints: Hints;
  readonly presence: Pick<Presence, 'issueTicket'>;
  /** Resolves when all that is stored is folded. */
  readonly caughtUp: () => Promise<void>;
}

const schema = { tags: ['livekit'], body: TokenRequest, response: { 200: TokenAnswer } };
/** A page that is loaded again and again asks every time; a script that guesses rooms asks far more. */
const config = { rateLimit: { max: mostOf, timeWindow: '1 minute' } };

/** A team's backend asks for all of its people with one key. */
function mostOf({ headers }: FastifyRequest): number {
  return isApiKey(headers) ? 6_000 : 120;
}

/**
 * `POST /api/livekit/token` and `/token-secure`. Both also take LiveKit's standard token-endpoint body; what it says of
 * identity, metadata and attributes is never believed.
 */
export function tokenRoutes(app: App, deps: TokenRouteDeps): void {
  app.post('/api/livekit/token', { schema, config }, async (request) => {
    const asked = { person: await signedIn(deps, request), roomName: roomOf(request.body) };
    return (await sessionToken(deps, request, asked)) ?? (await openToken(deps, request, asked));
  });
  app.post('/api/livekit/token-secure', { schema, config }, async (request) => {
    const asked = { person: await signedIn(deps, request), roomName: roomOf(request.body) };
    return (await sessionToken(deps, request, asked)) ?? (await paidToken(deps, request, asked));
  });
  sessionRoute(app, deps);
}

/** `POST /api/v1/bookings/{id}/token`: the same as by the room's name. */
function sessionRoute(app: App, deps: TokenRouteDeps): void {
  const params = z.object({ id: z.string().max(64) });
  const body = SessionTokenRequest.nullish();
  const response = { 200: TokenAnswer };
  app.post(
    '/api/v1/bookings/:id/token',
    { schema: { tags: ['mentoring'], params, body, response }, config },
    async (request) => {
      const person = await signedIn(deps, request);
      return await tokenOfSession(deps, request, { person, bookingId: request.params.id });
    },
  );
}

/** For the room of a session that was booked; null for other rooms. Who is not let in has no token, by whatever name they ask. */
async function sessionToken(
  deps: TokenRouteDeps,
  request: TokenHttpRequest,
  { person, roomName }: Asked,
): Promise<TokenAnswer | null> {
  const bookingId = await sessionCalled(deps.db, roomName);
  return bookingId === null ? null : await tokenOfSession(deps, request, { person, bookingId });
}

async function tokenOfSession(
  deps: TokenRouteDeps,
  request: FastifyRequest & { body: SessionTokenRequest | null | undefined },
  { person, bookingId }: { person: Principal; bookingId: string },
): Promise<TokenAnswer> {
  const { db, clock } = deps;
  const { personId } = person;
  const { call, roomName, isPaid } = await unlessElsewhere(deps, personId, (mayEnter) =>
    db.transaction().execute((tx) => admission(tx, personId, { bookingId, clock, mayEnter })),
  );
  const granted = { room: call.livekitRoom, identity: personId, callId: call.id, paid: isPaid };
  // Whom a host lets in is who is seen there: only a team's backend gives people other names.
  const isNamedByAsker = person.via === 'api_key';
  return await answer(deps, request, { person, roomName, isNamedByAsker, ...granted });
}

interface Asked {
  readonly person: Principal;
  readonly roomName: string;
}

type TokenHttpRequest = FastifyRequest & { body: TokenRequest };

/** Whose token it is: whoever is signed in, or whom a team's backend names. */
async function signedIn({ access }: TokenRouteDeps, request: FastifyRequest): Promise<Principal> {
  const person = await access.require(request);
  const { personId, externalId } = (request as TokenHttpRequest).body ?? {};
  if (person.via === 'api_key') return await onBehalf(access, request, { personId, externalId });
  if (externalId === undefined && (personId ?? person.personId) === person.personId) return person;
  throw problem('auth.forbidden', 'Tokens of others are for API keys with the scope tokens:mint.');
}

/** For any room, or a call of one's own; the identity differs for each token, so that one person may open two tabs. */
async function openToken(
  deps: TokenRouteDeps,
  request: TokenHttpRequest,
  asked: Asked,
): Promise<TokenAnswer> {
  const identity = `${asked.person.personId}~${chance(8)}`;
  const call = await openCallFor(deps, asked);
  const room = call?.livekitRoom ?? asked.roomName;
  const callId = call?.id ?? null;
  return await answer(deps, request, { ...asked, identity, room, callId, paid: call?.kind === 'paid' });
}

/**
 * The call that goes on in the room, if it is this person's; null where none does. Its payer needs the hold for this
 * token as for any other (METER-30).
 *
 * @throws room.forbidden, balance.insufficient
 */
async function openCallFor(deps: TokenRouteDeps, { person, roomName }: Asked): Promise<CallRow | null> {
  const { personId } = person;
  const call = await findOpenCall(deps.db, roomName);
  if (call === null) {
    // A call's own room is nobody's to name, also when the call is over.
    if ((await claimedRooms(deps.db, [roomName])).size > 0) throw ofOthers();
    return null;
  }
  const own = (await peopleOf(deps.db, call.id)).find((each) => each.personId === personId);
  if (own === undefined) throw ofOthers();
  if (call.kind !== 'paid' || own.role !== 'payer') return call;
  return (await startPaidCall(deps, { roomName, payerId: personId, openedBy: personId })).callRow;
}

function ofOthers(): AppError {
  return problem('room.forbidden', 'There is a call between other people in this room. Choose another name.');
}

/** For a call with money: whoever comes first opens it. */
async function paidToken(
  deps: TokenRouteDeps,
  request: TokenHttpRequest,
  asked: Asked,
): Promise<TokenAnswer> {
  const { person, roomName } = asked;
  const open = await findOpenCall(deps.db, roomName);
  const people: CallMember[] = open ? await peopleOf(deps.db, open.id) : [];
  const part = partInCall(person, people);
  const paidCall: PaidCall = {
    roomName,
    openedBy: person.personId,
    ...(part === 'payer' ? { payerId: person.personId } : { earnerId: person.personId }),
    ...(request.body.plan === undefined ? {} : { planId: request.body.plan }),
  };
  // Into a call of their own whoever is of it comes back; a room that they only name is another call.
  const isOwn = people.some(({ personId }) => personId === person.personId);
  const { callId, callRow } = isOwn
    ? await startPaidCall(deps, paidCall)
    : await unlessElsewhere(deps, person.personId, (mayBegin) =>
        startPaidCall(deps, { ...paidCall, mayBegin }),
      );
  const room = callRow.livekitRoom;
  return await answer(deps, request, { ...asked, identity: person.personId, room, callId, paid: true });
}

interface Granted extends Asked {
  readonly identity: string;
  /** LiveKit's name of the room; the answer says the one that people use. */
  readonly room: string;
  readonly callId: string | null;
  readonly paid: boolean;
  /** False: the name is that of the account. */
  readonly isNamedByAsker?: boolean;
}

async function answer(
  deps: TokenRouteDeps,
  request: FastifyRequest & { body: SessionTokenRequest | TokenRequest | null | undefined },
  granted: Granted,
): Promise<TokenAnswer> {
  const { person, roomName, room, identity, callId, paid, isNamedByAsker = true } = granted;
  const said: Partial<TokenRequest> = request.body ?? {};
  const until = new Date(deps.clock.now() + deps.config.ringMs);
  if (callId !== null) await answerRing(deps.db, { callId, personId: person.personId, until });
  const asked = isNamedByAsker ? (said.participantName ?? said.participant_name ?? '').trim() : '';
  const name = asked || person.name;
  // LiveKit may be set not to make rooms by itself, and its own would not outlive our grace. While it is away the token
  // is signed all the same: the call is made, and its room is made again the moment LiveKit answers.
  await deps.rooms.createRoom(room).catch(unlessAway);
  const token = await signToken(deps.config, { room, identity, name });
  const wsUrl = deps.config.livekitUrl ?? '';
  return {
    token,
    wsUrl,
    roomName,
    identity,
    ...(callId === null ? {} : { callId }),
    presence: {
      url: presenceUrl(request),
      ticket: deps.presence.issueTicket({
        sessionId: person.sessionId,
        since: deps.clock.now(),
        renewUntil: person.until,
        personId: person.personId,
        identity,
        callId,
        roomName: room,
        paid,
      }),
      beatEveryMs: paid ? PAID_BEAT_EVERY_MS : FREE_BEAT_EVERY_MS,
    },
    server_url: wsUrl,
    participant_token: token,
  };
}

function unlessAway(error: unknown): void {
  if (!(error instanceof AppError && error.code === 'livekit.unavailable')) throw error;
}

/** Where this very request was answered, so that it works behind any name that leads here. */
function presenceUrl(request: FastifyRequest): string {
  return `${request.protocol === 'https' ? 'wss' : 'ws'}://${request.host}/api/v1/presence`;
}

function roomOf(body: TokenRequest): string {
  return body.roomName ?? body.room_name ?? '';
}
