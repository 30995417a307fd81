/** What becomes of a push, and of the subscription that it went to. */
export type AfterAnswer =
  | { readonly kind: 'sent' }
  /** The device asks to be told no more. */
  | { readonly kind: 'gone' }
  /** The push service will not take it, now or later. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'again'; readonly afterMs: number };

const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 900_000;

/** What follows from a push service's answer (`status` null: there was none) to the so many'th try. */
export function afterAnswer(of: {
  readonly status: number | null;
  readonly tries: number;
  /** What it says in Retry-After. */
  readonly retryAfterMs?: number | null;
}): AfterAnswer {
  const { status, tries, retryAfterMs = null } = of;
  if (status !== null && status >= 200 && status < 300) return { kind: 'sent' };
  if (status === 404 || status === 410) return { kind: 'gone' };
  if (status !== null && status !== 408 && status !== 429 && status < 500) return { kind: 'refused' };
  const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.max(0, tries - 1));
  return { kind: 'again', afterMs: Math.min(LONGEST_PAUSE_MS, Math.max(pauseMs, retryAfterMs ?? 0)) };
}
