const KEY = 'latido.page';

/**
 * What this tab calls itself: the same over a reload, another one in a tab that was copied, so that of two tabs one holds the place
 * in line and the other can say so.
 */
export function nameOfPage(
  isSame = isLoadedAgain(),
  random: () => string = () => crypto.randomUUID().slice(0, 18),
): string {
  try {
    const kept = isSame ? sessionStorage.getItem(KEY) : null;
    const name = kept ?? random();
    sessionStorage.setItem(KEY, name);
    return name;
  } catch {
    return random(); // storage may be forbidden: then a reload asks whether to go on here
  }
}

function isLoadedAgain(): boolean {
  const [entry] = performance.getEntriesByType('navigation');
  const type = (entry as PerformanceNavigationTiming | undefined)?.type;
  return type === 'reload' || type === 'back_forward';
}
