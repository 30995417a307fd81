import type { IncomingMessage, ServerResponse } from 'node:http';
import { callRoomService, TwirpFailure } from './room-service.ts';
import type { Claims } from './tokens.ts';
import type { FakeWorld } from './world.ts';

/** What the HTTP side needs of the fake. */
export interface HttpPorts {
  world(): FakeWorld;
  /** Claims of a valid token, else undefined. */
  verify(token: string): Claims | undefined;
  metrics(): string;
}

/** LiveKit's answer to the question whether a token may connect. */
export interface Admission {
  status: number;
  text: string;
  claims?: Claims;
}

const ROOM_SERVICE = '/twirp/livekit.RoomService/';

/** Decides on a connect as LiveKit does: 401 bad token, 404 with this very text for an unknown room. */
export function admit(request: IncomingMessage, ports: HttpPorts): Admission {
  const url = new URL(request.url ?? '/', 'http://fake');
  const token = url.searchParams.get('access_token') ?? bearer(request);
  if (!token) return { status: 401, text: 'no permissions to access the room' };
  const claims = ports.verify(token);
  if (!claims) return { status: 401, text: 'invalid authorization token' };
  const video = claims.video;
  if (!video?.roomJoin || !video.room || !claims.sub)
    return { status: 401, text: 'no permissions to access the room' };
  if (!ports.world().admits(video.room)) return { status: 404, text: 'requested room does not exist' };
  return { status: 200, text: 'success', claims };
}

/** Answers one HTTP request. */
export async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  ports: HttpPorts,
): Promise<void> {
  for (const [name, value] of CORS) response.setHeader(name, value);
  const path = new URL(request.url ?? '/', 'http://fake').pathname;
  if (request.method === 'OPTIONS') reply(response, 204, '');
  else if (path === '/') reply(response, 200, 'OK');
  else if (path === '/metrics') reply(response, 200, ports.metrics());
  else if (path === '/rtc/validate' || path === '/rtc/v1/validate') validate(request, response, ports);
  else if (path.startsWith(ROOM_SERVICE)) await twirp(request, response, ports);
  else reply(response, 404, '404 page not found');
}

const CORS = [
  ['access-control-allow-origin', '*'],
  ['access-control-allow-headers', '*'],
  ['access-control-allow-methods', '*'],
] as const;

function validate(request: IncomingMessage, response: ServerResponse, ports: HttpPorts): void {
  const { status, text } = admit(request, ports);
  // The fake speaks the older signalling path only. A 404 without the text about the room sends the client there.
  const isNewPath = request.url?.startsWith('/rtc/v1/');
  if (status === 200 && isNewPath) reply(response, 404, '404 page not found');
  else reply(response, status, text);
}

async function twirp(request: IncomingMessage, response: ServerResponse, ports: HttpPorts): Promise<void> {
  const json = (request.headers['content-type'] ?? '').startsWith('application/json');
  try {
    const body = await readBody(request);
    const claims = ports.verify(bearer(request) ?? '');
    if (!claims) throw new TwirpFailure('unauthenticated', 401, 'permissions denied');
    const method = new URL(request.url ?? '/', 'http://fake').pathname.slice(ROOM_SERVICE.length);
    const result = callRoomService(ports.world(), { method, claims, json, body });
    response.setHeader('content-type', json ? 'application/json' : 'application/protobuf');
    response.end(json ? result.toJsonString() : result.toBinary());
  } catch (error) {
    const failure = error instanceof TwirpFailure ? error : new TwirpFailure('internal', 500, String(error));
    response.setHeader('content-type', 'application/json');
    response.statusCode = failure.status;
    response.end(JSON.stringify({ code: failure.code, msg: failure.message }));
  }
}

function bearer(request: IncomingMessage): string | undefined {
  return /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function reply(response: ServerResponse, status: number, text: string): void {
  response.statusCode = status;
  response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.end(text);
}
