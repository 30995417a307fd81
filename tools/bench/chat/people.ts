import { SignJWT } from 'jose';
import { WebSocket } from 'ws';
import { signChannel } from '../../../apps/server/src/pusher/signature.ts';

/** How the bench and its server know each other. */
export const KEYS = { key: 'bench', secret: 'b'.repeat(40), jwt: 'a-secret-of-at-least-32-characters-xx' };

/** Somebody of the call. */
export interface Person {
  readonly personId: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** People who are signed in by a token of their team, and are made with their first request. */
export async function people(url: string, count: number): Promise<Person[]> {
  const made: Person[] = [];
  for (let n = 0; n < count; n += 1) {
    const token = await new SignJWT({ name: `Person ${n}`, email: `p${n}@bench.test` })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(`p${n}`)
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode(KEYS.jwt));
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const answer = await fetch(`${url}/api/v1/me`, { headers });

    if (!answer.ok) throw new Error(`/me: ${answer.status} ${await answer.text()}`);
    made.push({ personId: ((await answer.json()) as { personId: string }).personId, headers });
  }
  return made;
}

/** Opens a socket on the call's channel; `heard` is given each frame of it. Resolves when it is in. */
export async function listen(
  url: string,
  { personId }: Person,
  { channel, heard }: { channel: string; heard: (text: string) => void },
): Promise<WebSocket> {
  const address = `${url.replace('http', 'ws')}/app/${KEYS.key}?protocol=7`;
  const socket = new WebSocket(address, { perMessageDeflate: false });
  await new Promise<void>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('message', (bytes: Buffer) => {
      const text = bytes.toString();

      if (text.includes('chat.message')) return heard(text);
      if (text.includes('subscription_error')) return reject(new Error(text));
      if (text.includes('subscription_succeeded')) return resolve();
      if (!text.includes('pusher:connection_established')) return;
      const { data } = JSON.parse(text) as { data: string };
      const { socket_id: socketId } = JSON.parse(data) as { socket_id: string };
      const channelData = JSON.stringify({ user_id: personId, user_info: {} });
      const auth = signChannel({ key: KEYS.key, secret: KEYS.secret }, { socketId, channel, channelData });
      socket.send(
        JSON.stringify({ event: 'pusher:subscribe', data: { channel, auth, channel_data: channelData } }),
      );
    });
  });
  return socket;
}
