import type { Packs, Payout, Refund, TopUp } from '@latido/protocol';
import { infiniteQueryOptions, queryOptions, type QueryClient } from '@tanstack/react-query';
import { api } from './api.ts';

/** A page of payouts. */
export interface PayoutsShown {
  readonly items: readonly Payout[];
  readonly nextCursor: string | null;
}

/** Coins that can be bought, and who takes the money. */
export const packsQuery = queryOptions({
  queryKey: ['packs'],
  queryFn: () => api.send<Packs>('GET', '/api/v1/packs'),
  staleTime: 60_000,
});

const LOOK_EVERY_MS = 2_000;

/** One top-up, until it is known what became of it. */
export const topUpQuery = (id: string) =>
  queryOptions({
    queryKey: ['topup', id],
    queryFn: () => api.send<TopUp>('GET', `/api/v1/topups/${encodeURIComponent(id)}`),
    refetchInterval: ({ state }) => (state.data && state.data.status !== 'pending' ? false : LOOK_EVERY_MS),
    // It is paid in another tab, with this one behind it.
    refetchIntervalInBackground: true,
  });

/** Buys a pack: by the development provider it is paid at once; of any other the answer says where to pay. */
export async function buy(packId: string, key: string): Promise<TopUp> {
  const made = await api.sendOnce<TopUp>('/api/v1/topups', { packId }, key);
  if (made.provider !== 'development' || made.status !== 'pending') return made;
  return await api.send<TopUp>('POST', `/api/v1/topups/${encodeURIComponent(made.id)}/dev-pay`, {});
}

/** Payouts, the latest first: one's own, or those that the desk has before it. */
export const payoutsQuery = (of: { mine?: 'true'; status?: Payout['status'] }) =>
  infiniteQueryOptions({
    queryKey: ['payouts', of],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) => {
      const query = new URLSearchParams({ ...of, ...(pageParam === undefined ? {} : { cursor: pageParam }) });
      return api.send<PayoutsShown>('GET', `/api/v1/payouts?${query.toString()}`);
    },
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    refetchInterval: 15_000,
  });

/** Asks for earnings in money. */
export const askPayout = (coins: number, key: string): Promise<Payout> =>
  api.sendOnce('/api/v1/payouts', { coins }, key);

/** What the desk does with a payout. */
export type Step = 'sent' | 'paid' | 'returned';

/** Takes a payout a step on. */
export const stepPayout = (id: string, step: Step, reason: string): Promise<Payout> =>
  api.send('POST', `/api/v1/payouts/${encodeURIComponent(id)}/${step}`, reason === '' ? {} : { reason });

/** How much of a call: so many coins, or its last so many units. */
export type RefundPart = { readonly coins: number } | { readonly units: number };

/** Gives coins of a call back. */
export const refundCall = (
  callId: string,
  refund: RefundPart & { readonly payerId: string; readonly reason: string },
  key: string,
): Promise<Refund> => api.sendOnce(`/api/v1/calls/${encodeURIComponent(callId)}/refunds`, refund, key);

/** Money has moved: whatever shows some is read anew. */
export async function readMoneyAnew(client: QueryClient): Promise<void> {
  const of = ['wallet', 'earnings', 'payouts', 'receipt', 'call', 'calls'];
  await Promise.all(of.map((key) => client.invalidateQueries({ queryKey: [key] })));
}

export type { Payout, TopUp };
