import type { Feed } from '@latido/react';

/** The one live connection of this tab, made on first need. */
export function useFeed(): Feed | undefined {
  return undefined;
}
