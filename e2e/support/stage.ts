import { randomUUID } from 'node:crypto';
import { freePort } from '@latido/tools/testing';
import { startMediaServer, type MediaServer } from './livekit.ts';
import { signIn, type Caller } from './people.ts';
import { startLatido, type LatidoServer } from './server.ts';
import type { Store } from './store.ts';

/** Everything that a story plays on: media server, Latido, and the two people signed in. */
export interface Stage {
  readonly media: MediaServer;
  readonly latido: LatidoServer;
  readonly alice: Caller;
  readonly bob: Caller;
  readonly admin: Caller;
  close(): Promise<void>;
}

/** Starts LiveKit (with media `byTcp` too, if asked), then Latido beside it on the given store, and signs the people in. */
export async function setStage(
  store: Store,
  env: Record<string, string> = {},
  { byTcp = false } = {},
): Promise<Stage> {
  const port = await freePort();
  const media = await startMediaServer(`http://127.0.0.1:${port}/api/livekit/webhook`, byTcp);
  try {
    const databaseUrl = await store.make();
    const latido = await startLatido({
      port,
      media: () => media,
      env,
      ...(databaseUrl ? { databaseUrl } : {}),
    });
    const [alice, bob, admin] = await Promise.all(
      ['alice', 'bob', 'admin'].map((name) => signIn(latido.url, name)),
    );
    if (!alice || !bob || !admin) throw new Error('the demo people are missing');
    return {
      media,
      latido,
      alice,
      bob,
      admin,
      close: async () => {
        await latido.stop();
        await media.stop();
      },
    };
  } catch (error) {
    await media.stop();
    throw error;
  }
}

/** What an admin asks for, once. */
export const asAdmin = (
  { latido, admin }: Stage,
  method: string,
  path: string,
  body: object,
): Promise<Response> =>
  fetch(`${latido.url}/api/v1/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${admin.bearer}`,
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
    },
    body: JSON.stringify(body),
  });
