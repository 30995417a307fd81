import type { CallState } from '@latido/protocol';
import { LatidoError, type Api as WholeApi } from '@latido/client';

/** What of `@latido/client`'s API is needed: bring your own to add headers or another origin. */
export type Api = Pick<WholeApi, 'send'>;

/** A live connection to the server's channels, e.g. `connectShared` of `@latido/client`. */
export interface Feed {
  /** Calls `onEvent` for every event on the channel until the returned function is called. */
  subscribe(channel: string, onEvent: (event: string, payload: unknown) => void): () => void;
  /** Calls back whenever events begin to arrive, or again, until the returned function is called. */
  opened?(tell: () => void): () => void;
  /** Whether events arrive at this moment; while they do not, the call is polled often. */
  readonly connected: boolean;
}

/** Two seconds without a feed, so that a lost partner is told in time; a slow round beside one catches lost events. */
const POLL_MS = 2_000;
const POLL_BESIDE_FEED_MS = 8_000;
/** A cut link answers nothing at all: then a request hangs for minutes. */
const ANSWER_WITHIN_MS = 3_000;

const pathOf = (callId: string): string => `/api/v1/calls/${encodeURIComponent(callId)}`;

/** Ends a call for both. Never rejects: a server that is away learns of it by who is there no more. */
export async function endCall(api: Api, callId: string): Promise<void> {
  await api.send('POST', `${pathOf(callId)}/end`, {}).catch(() => undefined);
}

/** Follows one call by the server's word: events, and a poll beneath them. */
export interface CallFollower {
  /** Asks at once, e.g. because LiveKit says that somebody left. Resolves with whether the server answered. */
  ask(): Promise<boolean>;
  stop(): void;
}

/** Follows a call until stopped. States may come late or twice: an older `serverAt` never replaces a newer one. */
export function followCall(options: {
  api: Api;
  callId: string;
  feed: Feed | undefined;
  onState: (state: CallState) => void;
}): CallFollower {
  const { api, callId, feed } = options;
  let stopped = false;
  let newestAt = '';
  let timer: ReturnType<typeof setTimeout> | undefined;

  const take = (state: CallState): void => {
    if (stopped || state.callId !== callId || state.serverAt < newestAt) return;
    newestAt = state.serverAt;
    options.onState(state);
  };
  const ask = async (): Promise<boolean> => {
    try {
      const state = api.send<CallState>('GET', pathOf(callId));
      const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), ANSWER_WITHIN_MS));
      void state.then(take, () => undefined);
      return (await Promise.race([state, late])) !== null;
    } catch (error) {
      // A poll that fails is followed by the next one; the page keeps the last word that it has.
      return error instanceof LatidoError && error.status < 500;
    }
  };
  const loop = async (): Promise<void> => {
    await ask();
    if (!stopped) timer = setTimeout(() => void loop(), feed?.connected ? POLL_BESIDE_FEED_MS : POLL_MS);
  };
  const unsubscribe = feed?.subscribe(`private-call-${callId}`, (event, payload) => {
    if (event === 'call.state') take(payload as CallState);
  });
  void loop();
  return {
    ask,
    stop() {
      stopped = true;
      clearTimeout(timer);
      unsubscribe?.();
    },
  };
}
