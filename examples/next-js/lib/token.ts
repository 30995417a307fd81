import { askLatido } from './latido';
import type { Person } from './session';

/**
 * Answers `POST /api/livekit/token` of this app: a token for a room, for whoever is signed in here. The session says who, never
 * the body. `<VideoCallRoom>` reads a refusal's status and `detail`.
 */
export async function tokenFor(person: Person | null, request: Request): Promise<Response> {
  if (!person) return refusal(401, 'Sign in first.');
  const roomName = await roomOf(request);
  if (roomName === null) return refusal(400, 'Name the room: roomName, 1 to 128 characters.');
  if (!mayEnter(person, roomName)) return refusal(403, 'This room is not open to you.');

  const body = { roomName, externalId: person.id, participantName: person.name };
  const answer = await askLatido('POST', '/api/livekit/token', body).catch((error: unknown) => {
    console.error('Latido was not asked:', error);
    return null;
  });
  // A key that is refused is our fault, and not the person's, who would be told to sign in.
  if (answer?.status === 401) console.error('Latido does not take LATIDO_KEY:', await answer.text());
  if (answer === null || answer.status === 401) return refusal(502, 'Calls are not available now.');
  // The token, or a refusal in Latido's own words: of a room, say, that is a call between others.
  const type = answer.headers.get('content-type') ?? 'application/json';
  const headers = { 'content-type': type, 'cache-control': 'no-store' };
  return new Response(answer.body, { status: answer.status, headers });
}

/** Your rule of who may enter which room stands here. */
function mayEnter(_person: Person, _roomName: string): boolean {
  return true;
}

async function roomOf(request: Request): Promise<string | null> {
  const body: unknown = await request.json().catch(() => null);
  const named = typeof body === 'object' && body !== null && 'roomName' in body ? body.roomName : null;
  return typeof named === 'string' && named.length > 0 && named.length <= 128 ? named : null;
}

function refusal(status: number, detail: string): Response {
  const headers = { 'content-type': 'application/problem+json', 'cache-control': 'no-store' };
  return new Response(JSON.stringify({ status, title: detail, detail }), { status, headers });
}
