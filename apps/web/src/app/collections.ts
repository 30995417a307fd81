import type {
  AfterPayment,
  AttentionChecked,
  CollectionsOverview,
  Credit,
  CreditShown,
  DebtorListed,
  ImportListed,
  ImportShown,
  PaymentListed,
} from '@latido/protocol';
import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useQueryClient,
  type QueryClient,
} from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { api, useMe, watches } from './api.ts';
import { ChangeQueue, type Change, type Waiting } from './change-queue.ts';
import { gatherMoves } from './collection-moves.ts';
import { useFeed } from './feed.ts';

interface Listed<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

const path = encodeURIComponent;
const KEY = 'collections';
/** The server gives so many of a list at once. */
const MOST = 500;

function queryOf(wanted: Readonly<Record<string, string | undefined>>): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(wanted)) if (value) query.set(key, value);
  return query.toString();
}

/** Credits that need somebody, what is due first first; of a collector their own. */
export const dueQuery = (attention: 'overdue' | 'soon') =>
  queryOptions({
    queryKey: [KEY, 'due', attention],
    queryFn: () => api.send<Listed<Credit>>('GET', `/api/v1/credits?attention=${attention}&limit=${MOST}`),
    refetchInterval: 60_000,
  });

/** Credits of one debtor. */
export const creditsOfQuery = (debtorId: string) =>
  queryOptions({
    queryKey: [KEY, 'of', debtorId],
    queryFn: () =>
      api.send<Listed<Credit>>('GET', `/api/v1/credits?debtorId=${path(debtorId)}&limit=${MOST}`),
  });

/** One credit with its payments and its history. */
export const creditQuery = (id: string) =>
  queryOptions({
    queryKey: [KEY, 'credit', id],
    queryFn: () => api.send<CreditShown>('GET', `/api/v1/credits/${path(id)}`),
  });

/** What a payment would make of a credit. */
export const afterQuery = (id: string, amount: number | null) =>
  queryOptions({
    queryKey: [KEY, 'after', id, amount],
    queryFn: () => api.send<AfterPayment>('GET', `/api/v1/credits/${path(id)}/after?amount=${amount ?? 0}`),
    enabled: amount !== null,
    retry: false,
    placeholderData: keepPreviousData,
  });

/** Which debtors a list shows. */
export interface DebtorsFilter {
  readonly q: string;
  /** A collector's id, `none`, or nothing for all. */
  readonly collectorId: string;
}

/** Debtors by name. */
export const debtorsQuery = ({ q, collectorId }: DebtorsFilter) =>
  infiniteQueryOptions({
    queryKey: [KEY, 'debtors', q, collectorId],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: cursor }) =>
      api.send<Listed<DebtorListed>>(
        'GET',
        `/api/v1/debtors?${queryOf({ q: q.trim(), collectorId, cursor })}`,
      ),
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  });

/** Payments, the newest first; of a collector their own. */
export const paymentsQuery = infiniteQueryOptions({
  queryKey: [KEY, 'payments'],
  initialPageParam: undefined as string | undefined,
  queryFn: ({ pageParam: cursor }) =>
    api.send<Listed<PaymentListed>>('GET', `/api/v1/payments?${queryOf({ cursor })}`),
  getNextPageParam: (last) => last.nextCursor ?? undefined,
});

/** What each collector has to collect and has collected. */
export const overviewQuery = queryOptions({
  queryKey: [KEY, 'overview'],
  queryFn: () => api.send<CollectionsOverview>('GET', '/api/v1/collections/overview'),
  refetchInterval: 60_000,
});

/** Gives many debtors to a collector. */
export const assignMany = (debtorIds: readonly string[], collectorId: string) =>
  api.send<{ assigned: number; unchanged: number }>('POST', '/api/v1/assignments/many', {
    debtorIds,
    collectorId,
  });

/** Makes the hourly check now. */
export const checkNow = () => api.send<AttentionChecked>('POST', '/api/v1/collections/check', {});

/** Takes a payment back. */
export const reversePayment = (id: string, reason: string) =>
  api.send('POST', `/api/v1/payments/${path(id)}/reverse`, { reason });

/** Writes a credit off or cancels it; opens it again. */
export const closeCredit = (id: string, as: 'written_off' | 'cancelled', reason: string) =>
  api.send('POST', `/api/v1/credits/${path(id)}/close`, { as, reason });
export const reopenCredit = (id: string, reason: string) =>
  api.send('POST', `/api/v1/credits/${path(id)}/reopen`, { reason });

/** Reads all of collections anew. */
export const readAnew = (client: QueryClient): Promise<void> => client.invalidateQueries({ queryKey: [KEY] });

/** Imports, the newest first. */
export const importsQuery = queryOptions({
  queryKey: [KEY, 'imports'],
  queryFn: () => api.send<{ items: readonly ImportListed[] }>('GET', '/api/v1/imports'),
});

const READING_MS = 1_000;

/** An import with what does not fit; asked again while it is being read. */
export const importQuery = (id: string | null) =>
  queryOptions({
    queryKey: [KEY, 'import', id],
    queryFn: () => api.send<ImportShown>('GET', `/api/v1/imports/${path(id ?? '')}?faults=true`),
    enabled: id !== null,
    refetchInterval: ({ state }) => (state.data?.status === 'reading' ? READING_MS : false),
  });

/** Sends a file. */
export const sendImport = (kind: string, file: File, preview: boolean): Promise<ImportShown> => {
  const form = new FormData();
  // The fields stand before the file: what is wrong with them is said before it was sent.
  form.set('kind', kind);
  form.set('preview', String(preview));
  form.set('file', file);
  return api.send<ImportShown>('POST', '/api/v1/imports?wait=1', form);
};

/** Cancels an import that is being read. */
export const cancelImport = (id: string) =>
  api.send<ImportShown>('POST', `/api/v1/imports/${path(id)}/cancel`, {});

/** Takes an import back. */
export const undoImport = (id: string) =>
  api.send<ImportShown>('POST', `/api/v1/imports/${path(id)}/undo`, {});

/**
 * Keeps what is shown as it is now: a collector hears it in their inbox, who lends on the managers' channel.
 *
 * @returns credits that came in while the page was open
 */
export function useLiveCollections(): ReadonlySet<string> {
  const me = useMe();
  const feed = useFeed();
  const client = useQueryClient();
  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set());
  const personId = me?.personId;
  const isLender = watches(me);
  useEffect(() => {
    if (!feed || personId === undefined) return;
    const channel = isLender ? 'private-admin.notifications' : `private-inbox-${personId}`;
    return gatherMoves(feed, channel, (came) => {
      if (came.length > 0) setFresh((before) => new Set([...before, ...came]));
      void readAnew(client);
    });
  }, [feed, personId, isLender, client]);
  return fresh;
}

const queues = new Map<string, ChangeQueue>();

/** The changes of a person that the server has not got yet. */
function queueOf(personId: string): ChangeQueue {
  const found = queues.get(personId);
  if (found) return found;
  const made = new ChangeQueue({
    key: `latido.changes.${personId}`,
    kept: localStorage,
    send: ({ path: to, body }) => api.send('POST', to, body),
    isCutOff: () => !navigator.onLine,
  });
  addEventListener('storage', () => made.follow());
  queues.set(personId, made);
  return made;
}

const NONE: readonly Waiting[] = [];
const AGAIN_MS = 15_000;

/** What waits to be sent, and how to add to it; sent as soon as the line is back. */
export function useChanges(): {
  readonly waiting: readonly Waiting[];
  add(change: Change): Promise<'sent' | 'kept' | 'refused'>;
  drop(id: string): boolean;
} {
  const me = useMe();
  const client = useQueryClient();
  const queue = me ? queueOf(me.personId) : null;
  const waiting = useSyncExternalStore(
    (tell) => queue?.subscribe(tell) ?? (() => undefined),
    () => queue?.waiting ?? NONE,
  );
  useEffect(() => {
    if (!queue) return;
    const flush = (): void => {
      if (queue.waiting.length > 0) void queue.flush().then(() => readAnew(client));
    };
    flush();
    addEventListener('online', flush);
    const timer = setInterval(flush, AGAIN_MS);
    return () => {
      removeEventListener('online', flush);
      clearInterval(timer);
    };
  }, [queue, client]);
  return {
    waiting,
    add: async (change) => (queue ? await queue.add(change) : 'kept'),
    drop: (id) => queue?.drop(id) ?? false,
  };
}

export type {
  CollectionsOverview,
  Credit,
  CreditShown,
  DebtorListed,
  ImportListed,
  ImportShown,
  PaymentListed,
  Waiting,
};
