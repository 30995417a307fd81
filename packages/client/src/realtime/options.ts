import type { Notice } from '@latido/protocol';
import type { ServerAddress } from '../api/problem.ts';

/**
 * `connecting`: a socket is being opened. `live`: notices arrive as they are told. `polling`: no socket can be had,
 * notices arrive by another {@link RealtimeDoor}. `offline`: nothing answers, it is tried on. `closed`: by the page.
 */
export type RealtimeStatus = 'connecting' | 'live' | 'polling' | 'offline' | 'closed';

/** Ways to the server, the best first: all are tried, and a better one again, by themselves. */
export type RealtimeDoor = 'socket' | 'stream' | 'long-poll' | 'poll';

/** What {@link connectRealtime} is given. */
export interface RealtimeOptions {
  /** Origin of the server, e.g. `https://calls.example`; empty for the page's own. */
  readonly url: string;
  /** Key of the app (`REVERB_APP_KEY`); without it the server is asked. */
  readonly key?: string;
  /** Whose notices. */
  readonly personId: string;
  /** Headers that say who asks; without them the page's cookie does. */
  readonly auth?: NonNullable<ServerAddress['auth']>;
  /** The last cursor that the page dealt with. Without it: from what this person has not acknowledged. */
  readonly after?: string;
  /**
   * A notice, each once and in order, also what was told while the page was closed: show it or act on it. When this
   * returns, the notice counts as dealt with and is acknowledged. The types are in `NOTICES` of `@latido/protocol`.
   */
  readonly onNotice: (notice: Notice) => void;
  /**
   * Any other event, e.g. `call.state` on `private-user-{person}`, as it happens. Events are not kept: read anew what
   * matters when the status becomes `live` again.
   */
  readonly onEvent?: (event: string, data: unknown, channel: string) => void;
  /** Told at each change of {@link RealtimeStatus}; nothing has to be done, it tries on by itself until `close`. */
  readonly onStatus?: (status: RealtimeStatus) => void;
  /** Notices may be missing (the cursor was too old): read the state of the person's calls again. */
  readonly onReset?: () => void;
}

/** A connection that keeps itself alive until it is closed. */
export interface RealtimeConnection {
  readonly status: RealtimeStatus;
  /** Whether events arrive as they happen. */
  readonly connected: boolean;
  /** Which way notices come at the moment; null while none is open. */
  readonly door: RealtimeDoor | null;
  /** The last notice that was dealt with: keep it, and give it as `after` next time. */
  readonly cursor: string | null;
  /**
   * Calls `onEvent` for every event on a channel until the returned function is called. On `private-call-{id}` it is
   * given the `call.state` of that call, which arrives on the person's own channel. Events are not kept: what was
   * said while there was no socket is not said again.
   */
  subscribe(channel: string, onEvent: (event: string, data: unknown) => void): () => void;
  /**
   * Calls back whenever a way to the server has opened, until the returned function is called: ask then for what a page
   * shows as it is, since what changed before it was told to nobody here.
   */
  opened(tell: () => void): () => void;
  /** Looks at once: the page came back, the network is there again. */
  wake(): void;
  /** Ends it for good, e.g. at sign-out; notices wait in the inbox for the next connection. */
  close(): void;
}
