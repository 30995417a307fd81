import { describe, expect, it } from 'vitest';
import { showBadge } from './app-badge.ts';

describe('the figure on the icon of the app', () => {
  it('[PUSH-13] is how many are unread, and goes when none is', async () => {
    const shown: (number | null)[] = [];
    const icon = {
      setAppBadge: async (figure: number) => void shown.push(figure),
      clearAppBadge: async () => void shown.push(null),
    };
    for (const unread of [3, 1, 0]) await showBadge(unread, icon);
    expect(shown).toEqual([3, 1, null]);
  });

  it('[PUSH-13] is no trouble where there is none, or it may not be shown', async () => {
    await showBadge(3, {});
    const refuse = async (): Promise<void> => Promise.reject(new Error('NotAllowedError'));
    await showBadge(3, { setAppBadge: refuse });
    await showBadge(0, { clearAppBadge: refuse });
  });
});
