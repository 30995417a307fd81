import { LatidoError } from '@latido/client';
import type { Feed } from '../call/follow.ts';
import type { LobbyLabels } from './labels.ts';

/** Half of what makes somebody away: a page that waits gives a sign so often, and a host looks so often. */
export const EVERY_MS = 5_000;

/** Calls `onEvent` with what the server tells a person of one booking, until the returned function is called. */
export function onBooking(
  feed: Feed | null | undefined,
  of: { readonly bookingId: string; readonly personId: string },
  onEvent: (event: string, payload: Readonly<Record<string, unknown>>) => void,
): () => void {
  const stop = feed?.subscribe(`private-user-${of.personId}`, (event, payload) => {
    const told = payload as Readonly<Record<string, unknown>> | null;
    if (told?.['bookingId'] === of.bookingId) onEvent(event, told);
  });
  return stop ?? (() => undefined);
}

/** Why something at the door did not work, in words. */
export function whyNot(error: unknown, labels: LobbyLabels): string {
  const code = error instanceof LatidoError ? error.code : null;
  if (code === 'lobby.refused') return labels.refused;
  return code === 'lobby.locked' ? labels.locked : labels.failed;
}
