/** Tells a person that something long is still going on: after `afterMs` (2 s), then every `everyMs` (5 s). */
export function withProgress<T>(
  options: {
    log: (line: string) => void;
    /** Asked anew for every line when it is a function. */
    label: string | (() => string);
    afterMs?: number;
    everyMs?: number;
  },
  work: () => Promise<T>,
): Promise<T>;
