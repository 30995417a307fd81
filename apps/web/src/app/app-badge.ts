import { useEffect } from 'react';

/** What of `navigator` shows a figure on the icon of an installed app; browsers without it have neither. */
export interface Badged {
  setAppBadge?(figure: number): Promise<void>;
  clearAppBadge?(): Promise<void>;
}

/**
 * Puts how many notices are unread on the app's icon, as the service worker does with each push: without this the figure of the last
 * push would stand there for ever. A figure that cannot be shown is nobody's trouble.
 */
export async function showBadge(unread: number, on: Badged = navigator): Promise<void> {
  await (unread > 0 ? on.setAppBadge?.(unread) : on.clearAppBadge?.())?.catch(() => undefined);
}

/** Keeps the figure as it is shown on the page; null: it is not known yet, and what stands there stays. */
export function useBadge(unread: number | null): void {
  useEffect(() => {
    if (unread !== null) void showBadge(unread);
  }, [unread]);
}
