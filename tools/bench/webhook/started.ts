import { fileURLToPath } from 'node:url';
import { forkProgram, type Forked, type Store } from '../process.ts';
import { KEY, SECRET } from './bodies.ts';

/** `naive` handler, our `route` alone, or the `whole` product. */
export type Mode = 'naive' | 'route' | 'whole';

/** A server that runs in a process of its own. */
export interface Started extends Pick<Forked, 'url' | 'rss' | 'cpuMs' | 'end'> {
  /** Resolves when the whole product has folded all that it stored; false when it did not within a minute. */
  caughtUp(): Promise<boolean>;
  /** Puts two people into a call of the whole product. */
  call(): Promise<void>;
  /** One of them hangs up; how long the other waits for the notice from then on, ms. Null: not told within a minute. */
  hangUp(): Promise<number | null>;
}

const program = fileURLToPath(new URL('./child.ts', import.meta.url));

/** Starts a server; rejects when it ends before it listens. */
export async function startChild(mode: Mode, store: Store): Promise<Started> {
  const env = {
    PORT: '0',
    LATIDO_AUTH_SECRET: 'b'.repeat(40),
    LIVEKIT_API_KEY: KEY,
    LIVEKIT_API_SECRET: SECRET,
    LIVEKIT_URL: 'ws://127.0.0.1:9',
    ...store.env,
  };
  const child = await forkProgram(program, { args: [mode], env });
  return {
    ...child,
    caughtUp: async () => (await child.ask('caughtUp')) !== undefined,
    call: async () => void (await child.ask('call')),
    hangUp: async () => (await child.ask<number>('hangUp')) ?? null,
  };
}
