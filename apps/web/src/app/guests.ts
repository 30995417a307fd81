import type { GuestAccess, GuestInvitation, GuestMade } from '@latido/protocol';
import { queryOptions } from '@tanstack/react-query';
import { api } from './api.ts';

export type { GuestInvitation };

const path = encodeURIComponent;
/** Whoever is early, or finds it full, sees by themselves when they may come. */
const LOOK_EVERY_MS = 15_000;

/** Where a link leads. */
export const invitationQuery = (link: string) =>
  queryOptions({
    queryKey: ['guests', 'link', link],
    queryFn: () => api.send<GuestInvitation>('GET', `/api/v1/guests/${path(link)}`),
    refetchInterval: LOOK_EVERY_MS,
    retry: false,
  });

/** Comes by a link; from then on this browser is the guest's. */
export const comeByLink = (link: string, name: string): Promise<GuestMade> =>
  api.send('POST', '/api/v1/guests', { link, name });

/** Whether guests are let into a session of one's own. */
export const guestAccessQuery = (sessionId: string) =>
  queryOptions({
    queryKey: ['guests', 'access', sessionId],
    queryFn: () => api.send<GuestAccess>('GET', `/api/v1/bookings/${path(sessionId)}/guests`),
  });

/** Lets guests in, makes another link, or ends it. */
export const letGuests = (
  sessionId: string,
  to: { readonly isOn: boolean; readonly renew?: boolean },
): Promise<GuestAccess> => api.send('PUT', `/api/v1/bookings/${path(sessionId)}/guests`, to);

/** The address behind which a link is, as one gives it away. */
export const guestLinkOf = (link: string): string => `${location.origin}/s/${link}`;
