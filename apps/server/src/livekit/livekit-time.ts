import type { TimeSaid } from '@latido/core';
import type { Clock } from '../platform/index.ts';

/** Answers of machines between us and LiveKit carry one of these, and may carry that machine's time. */
const BETWEEN_US = ['server', 'via', 'age'];
const ANSWER_WITHIN_MS = 1_000;
/** Whoever does not tell the time is left alone for so long. */
const AGAIN_AFTER_MS = 5_000;

/** What time it is at LiveKit, out of the headers of an answer of its; null where they do not say, or another machine does. */
export function timeIn(headers: Headers, asked: Pick<TimeSaid, 'askedAt' | 'answeredAt'>): TimeSaid | null {
  if (BETWEEN_US.some((name) => headers.has(name))) return null;
  const saidAt = Date.parse(headers.get('date') ?? '');
  return Number.isFinite(saidAt) ? { ...asked, saidAt } : null;
}

/** Asks LiveKit what time it is. Never rejects; null where it does not tell. */
export type AskTime = () => Promise<TimeSaid | null>;

/** Questions that come while one is on its way get the next answer: what was asked before says nothing of now. */
export function createAskTime({ clock, url }: { clock: Clock; url: string }): AskTime {
  let next: Promise<TimeSaid | null> | null = null;
  let last: Promise<unknown> = Promise.resolve();
  let silentUntil = -Infinity;
  const ask = async (): Promise<TimeSaid | null> => {
    if (clock.monotonic() < silentUntil) return null;
    const askedAt = clock.now();
    const said = await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) })
      .then(async (answer) => {
        const answeredAt = clock.now();
        await answer.body?.cancel();
        return timeIn(answer.headers, { askedAt, answeredAt });
      })
      .catch(() => null);
    if (said === null) silentUntil = clock.monotonic() + AGAIN_AFTER_MS;
    return said;
  };
  return () => {
    next ??= last.then(() => {
      next = null;
      const asking = ask();
      last = asking;
      return asking;
    });
    return next;
  };
}
