import type { Feed } from '@latido/react';

const MOVES: readonly string[] = [
  'credit.requires.attention',
  'payment.received',
  'payment.reversed',
  'client.assigned',
];
/** Events of one moment (a check, an import) are one reason to read: a check may find thousands. */
const GATHER_MS = 300;

/**
 * Hears what moves credits, and tells of all of a moment once. Also when the connection opens: what moved between the page's first reading
 * and that is told to nobody on a channel that keeps nothing.
 *
 * @param tell hears which credits came to need somebody, none where something else has moved; the list is the caller's to keep
 */
export function gatherMoves(
  feed: Pick<Feed, 'subscribe' | 'opened'>,
  channel: string,
  tell: (came: readonly string[]) => void,
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let came = new Set<string>();
  const tellSoon = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      const all = [...came];
      came = new Set();
      tell(all);
    }, GATHER_MS);
  };
  const stops = [
    feed.opened?.(tellSoon),
    feed.subscribe(channel, (event, heard) => {
      if (!MOVES.includes(event)) return;
      const { payload = heard } = heard as { payload?: unknown };
      const { creditId } = payload as { creditId?: string };
      if (event === 'credit.requires.attention' && creditId !== undefined) came.add(creditId);
      tellSoon();
    }),
  ];
  return () => {
    clearTimeout(timer);
    for (const stop of stops) stop?.();
  };
}
