import { Beacon } from '@latido/protocol';
import type { App } from '../platform/index.ts';
import { problem } from '../platform/index.ts';
import type { Beacons } from './beacons.ts';

/**
 * `POST /api/v1/presence/beacon`: the body that a page sends as it goes, as JSON or as text (`sendBeacon` sends
 * text/plain). Nobody is signed in here; the token in the body is the proof.
 */
export async function presenceRoutes(app: App, beacons: Pick<Beacons, 'hear'>): Promise<void> {
  await app.register(async (scope) => {
    scope.addContentTypeParser('text/plain', { parseAs: 'string' }, (_request, body, done) =>
      done(null, body),
    );
    scope.post('/api/v1/presence/beacon', { bodyLimit: 8_192 }, async (request, reply) => {
      const body = Beacon.safeParse(typeof request.body === 'string' ? fromText(request.body) : request.body);
      if (!body.success) throw problem('request.invalid', 'A beacon is {token, roomSid, participantSid}.');
      const { token, roomSid, participantSid } = body.data;
      await beacons.hear(token, { roomSid, participantSid });
      return reply.status(204).send();
    });
  });
}

function fromText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw problem('request.malformed_json', 'A beacon is JSON, also when it comes as text.');
  }
}
