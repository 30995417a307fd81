import { createApi } from '@latido/client';
import type {
  Earnings,
  Attendee,
  CallState,
  Me,
  Plan,
  Receipt,
  Role,
  Session,
  Wallet,
} from '@latido/protocol';
import { queryOptions, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { noticing } from './server-away.ts';

/** The server, as the person who is signed in by the cookie. */
export const api = noticing(createApi());

interface Listed<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

const path = encodeURIComponent;

// The same as the protocol's PAYING and EARNING: taking those would bring its schemas, and zod, into the first page.
const PAYING: readonly Role[] = ['client', 'mentee'];
const EARNING: readonly Role[] = ['model', 'mentor'];

/** Who is signed in; null when nobody is. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async (): Promise<Me | null> => (await api.send<Session>('GET', '/api/v1/session')).person,
  staleTime: 60_000,
});

/** The wallet of who pays. */
export const walletQuery = queryOptions({
  queryKey: ['wallet'],
  queryFn: () => api.send<Wallet>('GET', '/api/v1/wallet'),
});

/** Earnings of who earns. */
export const earningsQuery = queryOptions({
  queryKey: ['earnings'],
  queryFn: () => api.send<Earnings>('GET', '/api/v1/earnings'),
});

/** The price plans that calls may use. */
export const plansQuery = queryOptions({
  queryKey: ['plans'],
  queryFn: () => api.send<Listed<Plan>>('GET', '/api/v1/plans'),
  staleTime: 300_000,
});

/** Calls that a person may see, newest first; `status` and `met` narrow, `mine` leaves out those of others, which staff see, too. */
export const callsQuery = (options: { cursor?: string; status?: string; met?: string; mine?: 'true' } = {}) =>
  queryOptions({
    queryKey: ['calls', options],
    queryFn: () => {
      const query = new URLSearchParams(options as Record<string, string>).toString();
      return api.send<Listed<CallState>>('GET', `/api/v1/calls${query === '' ? '' : `?${query}`}`);
    },
  });

/** One call. */
export const callQuery = (callId: string) =>
  queryOptions({
    queryKey: ['call', callId],
    queryFn: () => api.send<CallState>('GET', `/api/v1/calls/${path(callId)}`),
    refetchInterval: ({ state }) => (state.data?.status === 'ended' ? false : 3_000),
  });

/** What a call cost or brought, as its reader may see it: one of each who pays; none of a call that nobody paid. */
export const receiptsQuery = (callId: string) =>
  queryOptions({
    queryKey: ['receipt', callId],
    queryFn: () => api.send<{ items: Receipt[] }>('GET', `/api/v1/calls/${path(callId)}/receipts`),
  });

const PAGES_MOST = 50;

/** A list of several pages as one: an hour of signs of life is more than the server gives at once. */
async function wholeList<T>(at: string, within: Within): Promise<Listed<T>> {
  const items: T[] = [];
  let cursor: string | null = null;
  for (let n = 0; n < PAGES_MOST; n += 1) {
    const asked: Record<string, string> = { ...within, ...(cursor === null ? {} : { cursor }) };
    const query: string = new URLSearchParams(asked).toString();
    const page: Listed<T> = await api.send<Listed<T>>('GET', query === '' ? at : `${at}?${query}`);
    items.push(...page.items);
    cursor = page.nextCursor;
    if (cursor === null) break;
  }
  return { items, nextCursor: cursor };
}

/** A stretch of time of a room's record, as it is asked for. */
export interface Within {
  readonly from?: string;
  readonly to?: string;
}

/** The attendance, intervals or facts of a call or of a room; `at` is the path in front of them. */
export const recordQuery = <T>(
  at: string,
  what: 'attendance' | 'intervals' | 'facts',
  { enabled = true, within = {} }: { readonly enabled?: boolean; readonly within?: Within } = {},
) =>
  queryOptions({
    queryKey: ['record', at, what, within],
    queryFn: () => wholeList<T>(`${at}/${what}`, within),
    enabled,
  });

/** The path in front of a call's records. */
export const callAt = (callId: string): string => `/api/v1/calls/${path(callId)}`;
/** The path in front of a room's records. */
export const roomAt = (roomName: string): string => `/api/v1/rooms/${path(roomName)}`;

export type { Attendee, CallState, Me, Plan, Receipt, Wallet };

/** Whether the person has one of these roles. */
export const hasRole = (me: Me | null | undefined, roles: readonly Role[]): boolean =>
  me?.roles.some((role) => roles.includes(role)) ?? false;
/** Whether they pay for calls. */
export const pays = (me: Me | null | undefined): boolean => hasRole(me, PAYING);
/** Whether they earn by calls. */
export const earns = (me: Me | null | undefined): boolean => hasRole(me, EARNING);
/** Whether they watch over all calls. */
export const watches = (me: Me | null | undefined): boolean => hasRole(me, ['admin', 'manager']);

/** Whether they run the place: prices and roles are theirs to set. */
export const runs = (me: Me | null | undefined): boolean => hasRole(me, ['admin']);

/** Whether they collect what debtors owe. */
export const collects = (me: Me | null | undefined): boolean => hasRole(me, ['collector']);

/** Who is signed in, `undefined` while it is asked. */
export function useMe(): Me | null | undefined {
  return useQuery(meQuery).data;
}

/** Forgets everything of the last person and asks who is there now. */
export async function forgetPerson(client: QueryClient): Promise<void> {
  // Who is asked for stays, emptied: what is cleared away has nobody told, and the header went on naming whoever had signed out.
  const me = client.getQueryCache().find(meQuery);
  client.removeQueries({ predicate: (query) => query !== me });
  client.getMutationCache().clear();
  me?.reset();
  await client.fetchQuery(meQuery);
}

/** Signs out here and at the server; `onSignedOut` leads to where nobody need be signed in. */
export function useSignOut(onSignedOut: () => Promise<void>): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    await api.send('POST', '/api/auth/sign-out', {}).catch(() => undefined);
    // First away from the page of a person, so that nobody is told there that their sign-in has ended.
    await onSignedOut();
    await forgetPerson(client);
  };
}
