import type {
  Attendee,
  CallState,
  CallStatus,
  Charges,
  Earnings,
  Grant,
  Me,
  MeterState,
  NewGrant,
  Plan,
  Receipt,
  StartCall,
  StatusUpdates,
  TokenAnswer,
  TokenRequest,
  Wallet,
} from '@latido/protocol';
import type { ServerAddress } from './problem.ts';
import { request } from './problem.ts';

/** Where and as whom to talk to the server. */
export interface ApiOptions extends ServerAddress {
  /** Bearer token; without it (and without `auth`) the page's cookie is used. */
  readonly token?: string;
}

/** A page of a list. `nextCursor` is null on the last one. */
export interface Page<T> {
  readonly items: T[];
  readonly nextCursor: string | null;
}

/** Which page of a list. */
export interface PageOf {
  readonly cursor?: string;
  readonly limit?: number;
}

/** Latido's HTTP API. Every call throws {@link LatidoError} on a problem, {@link NoAnswer} (a TypeError) when nothing answers. */
export type Api = ReturnType<typeof createApi>;

type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
type Send = <T>(method: Method, path: string, body?: unknown) => Promise<T>;

/** Latido's HTTP API over `fetch`. */
export function createApi({ token, ...address }: ApiOptions = {}) {
  const from: ServerAddress =
    token === undefined ? address : { ...address, auth: () => ({ authorization: `Bearer ${token}` }) };
  const send: Send = async <T>(method: Method, path: string, body?: unknown): Promise<T> => {
    const response = await request(from, { method, path, ...(body === undefined ? {} : { body }) });
    return (response.status === 204 ? undefined : await response.json()) as T;
  };
  const sendOnce = async <T>(path: string, body: unknown, key: string): Promise<T> => {
    const headers = { 'idempotency-key': key };
    return (await (await request(from, { method: 'POST', path, body, headers })).json()) as T;
  };
  return {
    /** Sends one request and gives the JSON body. */
    send,
    /** Posts what moves money: sent again with the same `key` it is the same, however often. */
    sendOnce,
    /** Signs in by e-mail; gives the bearer token, for clients that keep no cookie. */
    async signIn(email: string, password: string): Promise<{ token: string | null }> {
      const body = { email, password };
      const response = await request(from, { method: 'POST', path: '/api/auth/sign-in/email', body });
      return { token: response.headers.get('set-auth-token') };
    },
    signOut: () => send<unknown>('POST', '/api/auth/sign-out', {}),
    /** Who asks. */
    me: () => send<Me>('GET', '/api/v1/me'),
    updateMe: (change: Partial<Pick<Me, 'name' | 'locale'>>) => send<Me>('PATCH', '/api/v1/me', change),
    /** A token for a room, under an identity of its own: two tabs of one person may be in it. */
    token: (body: TokenRequest) => send<TokenAnswer>('POST', '/api/livekit/token', body),
    /** A token for a paid call: opens it or finds it. 402 `balance.insufficient`, 403 `call.not_yours`. */
    tokenSecure: (body: TokenRequest) => send<TokenAnswer>('POST', '/api/livekit/token-secure', body),
    /** What this person has not acknowledged, or what came after a cursor. */
    statusUpdates: (after?: string) => send<StatusUpdates>('GET', `/api/status/updates${query({ after })}`),
    /** Gives somebody coins; the same key again is the same gift. For admins and managers. */
    grant: (personId: string, body: NewGrant, key: string) =>
      sendOnce<Grant>(`/api/v1/wallets/${encodeURIComponent(personId)}/grants`, body, key),
    ...callCalls(send),
    ...moneyCalls(send),
  };
}

function callCalls(send: Send) {
  const path = (callId: string, rest = ''): string => `/api/v1/calls/${encodeURIComponent(callId)}${rest}`;
  return {
    calls: (of: PageOf & { room?: string; status?: CallStatus } = {}) =>
      send<Page<CallState>>('GET', `/api/v1/calls${query({ ...of })}`),
    /** A call as this person may see it. 404 for calls of others. */
    call: (callId: string) => send<CallState>('GET', path(callId)),
    /** Calls a person, by id or e-mail. */
    startCall: (body: StartCall) => send<CallState>('POST', '/api/v1/calls', body),
    /** Hangs up. Ending twice is ending once. */
    endCall: (callId: string) => send<unknown>('POST', path(callId, '/end'), {}),
    charges: (callId: string, of: PageOf = {}) =>
      send<Charges>('GET', path(callId, `/charges${query({ ...of })}`)),
    meter: (callId: string) => send<MeterState>('GET', path(callId, '/meter')),
    receipt: (callId: string) => send<Receipt>('GET', path(callId, '/receipt')),
    attendance: (callId: string) => send<Page<Attendee>>('GET', path(callId, '/attendance')),
    roomAttendance: (roomName: string) =>
      send<Page<Attendee>>('GET', `/api/v1/rooms/${encodeURIComponent(roomName)}/attendance`),
    /** The evidence: joined → left of each connection. */
    intervals: (callId: string) => send<Page<Record<string, unknown>>>('GET', path(callId, '/intervals')),
    /** The evidence behind the intervals: everything that was said. */
    facts: (callId: string, of: PageOf = {}) =>
      send<Page<Record<string, unknown>>>('GET', path(callId, `/facts${query({ ...of })}`)),
  };
}

function moneyCalls(send: Send) {
  return {
    wallet: () => send<Wallet>('GET', '/api/v1/wallet'),
    earnings: () => send<Earnings>('GET', '/api/v1/earnings'),
    plans: () => send<Page<Plan>>('GET', '/api/v1/plans'),
  };
}

function query(of: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(of).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
}
