import type { Clock, TimerHandle } from '../platform/index.ts';

/** What comes within so long; null where nothing does. What comes later is nobody's any more. */
export async function inTime<T>(
  asked: Promise<T>,
  { clock, withinMs }: { clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>; withinMs: number },
): Promise<T | null> {
  let timer: TimerHandle | undefined;
  const late = new Promise<null>((resolve) => {
    timer = clock.setTimeout(() => resolve(null), withinMs);
  });
  const came = await Promise.race([asked, late]);
  if (timer !== undefined) clock.clearTimeout(timer);
  return came;
}
