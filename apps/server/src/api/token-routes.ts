import type { CallMember } from '@latido/core';
import { FREE_BEAT_EVERY_MS, PAID_BEAT_EVERY_MS } from '@latido/core';
import { TokenAnswer, TokenRequest } from '@latido/protocol';
import type { FastifyRequest } from 'fastify';
import type { Access, Principal } from '../access/index.ts';
import { findOpenCall, peopleOf } from '../calls/index.ts';
import type { RoomService } from '../livekit/index.ts';
import { signToken, type TokenFor } from '../livekit/index.ts';
import { startPaidCall, type PaidCall } from '../metering/index.ts';
import type { App, Clock, Config, Db, Hints } from '../platform/index.ts';
import { AppError, chance, problem } from '../platform/index.ts';
import type { Presence } from '../presence/index.ts';
import { partInCall } from './roles.ts';

/** What the token routes need. */
export interface TokenRouteDeps {
  readonly access: Access;
  readonly db: Db;
  readonly config: Pick<Config, 'livekitUrl' | 'livekitApiKey' | 'livekitApiSecret' | 'tokenTtlMs'>;
  readonly rooms: Pick<RoomService, 'createRoom'>;
  readonly clock: Clock;
  readonly hints: Hints;
  readonly presence: Pick<Presence, 'issueTicket'>;
}

const schema = { tags: ['livekit'], body: TokenRequest, response: { 200: TokenAnswer } };
/** A page that is loaded again and again asks every time; a script that guesses rooms asks far more. */
const config = { rateLimit: { max: 120, timeWindow: '1 minute' } };

/**
 * `POST /api/livekit/token` and `/token-secure`. Both also take LiveKit's standard token-endpoint body; what it says of
 * identity, metadata and attributes is never believed.
 */
export function tokenRoutes(app: App, deps: TokenRouteDeps): void {
  app.post('/api/livekit/token', { schema, config }, async (request) => {
    const person = await signedIn(deps, request);
    return await openToken(deps, request, { person, roomName: roomOf(request.body) });
  });
  app.post('/api/livekit/token-secure', { schema, config }, async (request) => {
    const person = await signedIn(deps, request);
    return await paidToken(deps, request, { person, roomName: roomOf(request.body) });
  });
}

interface Asked {
  readonly person: Principal;
  readonly roomName: string;
}

type TokenHttpRequest = FastifyRequest & { body: TokenRequest };

async function signedIn({ access }: TokenRouteDeps, request: FastifyRequest): Promise<Principal> {
  const person = await access.require(request);
  if (person.via === 'api_key')
    throw problem('auth.forbidden', 'An API key is nobody: sign in to enter a room.');
  return person;
}

/** For any room without a call; the identity differs for each token, so that one person may open two tabs. */
async function openToken(
  deps: TokenRouteDeps,
  request: TokenHttpRequest,
  asked: Asked,
): Promise<TokenAnswer> {
  const { person, roomName } = asked;
  const call = await findOpenCall(deps.db, roomName);
  const people = call ? await peopleOf(deps.db, call.id) : [];
  if (call && !people.some((each) => each.personId === person.personId)) {
    throw problem(
      'room.forbidden',
      'There is a call between other people in this room. Choose another name.',
    );
  }
  const identity = `${person.personId}~${chance(8)}`;
  return await answer(deps, request, {
    ...asked,
    identity,
    callId: call?.id ?? null,
    paid: call?.kind === 'paid',
  });
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
  const { callId } = await startPaidCall(deps, paidCall);
  return await answer(deps, request, { ...asked, identity: person.personId, callId, paid: true });
}

interface Granted extends Asked {
  readonly identity: string;
  readonly callId: string | null;
  readonly paid: boolean;
}

async function answer(
  deps: TokenRouteDeps,
  request: TokenHttpRequest,
  granted: Granted,
): Promise<TokenAnswer> {
  const { person, roomName, identity, callId, paid } = granted;
  const { participantName, participant_name: otherName } = request.body;
  const name = (participantName ?? otherName ?? '').trim() || person.name;
  // LiveKit may be set not to make rooms by itself, and its own would not outlive our grace. While it is away the token
  // is signed all the same: the call is made, and its room is made again the moment LiveKit answers.
  await deps.rooms.createRoom(roomName).catch(unlessAway);
  const who: TokenFor = { roomName, identity, name, personId: person.personId, callId };
  const token = await signToken(deps.config, who);
  const wsUrl = deps.config.livekitUrl ?? '';
  return {
    token,
    wsUrl,
    roomName,
    identity,
    ...(callId === null ? {} : { callId }),
    presence: {
      url: presenceUrl(request),
      ticket: deps.presence.issueTicket({ personId: person.personId, identity, callId, roomName, paid }),
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
