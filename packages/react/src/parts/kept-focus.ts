import { useEffect, type RefObject } from 'react';

const REACHED = 'button:not(:disabled), a[href], input:not(:disabled), select:not(:disabled), textarea';

/** What can have the focus within a box, in the order of Tab. */
export const reachable = (box: HTMLElement): HTMLElement[] => [...box.querySelectorAll<HTMLElement>(REACHED)];

/**
 * A button that goes as it is pressed takes the focus with it. In this box the one that stands in its place gets it then, or what `next`
 * gives; whoever is elsewhere on the page stays there.
 */
export function useKeptFocus(
  box: RefObject<HTMLElement | null>,
  next: (box: HTMLElement, at: number) => HTMLElement | null = (within, at) => {
    const all = reachable(within);
    return all[Math.min(at, all.length - 1)] ?? within;
  },
): void {
  useEffect(() => {
    const within = box.current;
    if (!within) return undefined;
    let last: { readonly element: Element; readonly at: number } | null = null;
    const note = ({ target }: FocusEvent): void => {
      const isOurs = target instanceof HTMLElement && within.contains(target);
      last = isOurs ? { element: target, at: Math.max(0, reachable(within).indexOf(target)) } : null;
    };
    const watcher = new MutationObserver(() => {
      if (!last || last.element.isConnected) return;
      const { at } = last;
      last = null;
      if (document.activeElement === document.body) next(within, at)?.focus();
    });
    document.addEventListener('focusin', note);
    watcher.observe(within, { childList: true, subtree: true });
    return () => {
      document.removeEventListener('focusin', note);
      watcher.disconnect();
    };
  }, []);
}
