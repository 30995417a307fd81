/** Something that was asked of the server. */
interface Asked {
  readonly data: unknown;
  readonly error: unknown;
  readonly refetch: () => unknown;
}

/**
 * The failure to be told of several things that a page has asked for, and how to ask once more for what is missing; null where nothing has
 * failed. What is known already stays on the page while it cannot be asked anew.
 */
export function failureOf(asked: readonly Asked[]): { error: unknown; again: () => void } | null {
  const missing = asked.filter(({ data, error }) => data === undefined && error !== null);
  const [first] = missing;
  if (!first) return null;
  return {
    error: first.error,
    again: () => {
      for (const each of missing) void each.refetch();
    },
  };
}
