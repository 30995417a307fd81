import type { Grant, NewGrant, PersonShown, Role } from '@latido/protocol';
import { keepPreviousData, infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api } from './api.ts';

/** Which people a list shows. */
export interface PeopleFilter {
  readonly q: string;
  readonly show: string;
}

interface PeoplePage {
  readonly items: readonly PersonShown[];
  readonly nextCursor: string | null;
}

const personAt = (id: string): string => `/api/v1/people/${encodeURIComponent(id)}`;

function queryOf({ q, show }: PeopleFilter, cursor: string | undefined): string {
  const wanted = new URLSearchParams();
  if (q.trim() !== '') wanted.set('q', q.trim());
  if (show === 'asking' || show === 'banned') wanted.set(show, 'true');
  if (cursor !== undefined) wanted.set('cursor', cursor);
  return wanted.size === 0 ? '' : `?${wanted.toString()}`;
}

/** People, the newest first. */
export const peopleQuery = (filter: PeopleFilter) =>
  infiniteQueryOptions({
    queryKey: ['people', filter],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) => api.send<PeoplePage>('GET', `/api/v1/people${queryOf(filter, pageParam)}`),
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  });

/** One person. */
export const personQuery = (id: string) =>
  queryOptions({
    queryKey: ['people', 'one', id],
    queryFn: () => api.send<PersonShown>('GET', personAt(id)),
  });

/** Coins for somebody. */
export type Gift = NewGrant;

/** Gives coins; `key` makes a second press the same gift. */
export const giveCoins = (personId: string, gift: Gift, key: string): Promise<Grant> =>
  api.grant(personId, gift, key);

/** Changes roles, bans or takes a ban back. */
export const changePerson = (
  personId: string,
  change: { readonly roles?: readonly Role[]; readonly banned?: boolean },
): Promise<PersonShown> => api.send('PATCH', personAt(personId), change);

/** Signs somebody out everywhere. */
export const signOutEverywhere = (personId: string): Promise<{ sessions: number }> =>
  api.send('POST', `${personAt(personId)}/sign-out`, {});

export type { PersonShown, Role };
