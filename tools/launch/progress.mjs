/**
 * Tells a person that something long is still going on.
 *
 * Nothing is said in the first two seconds: what is quick needs no word.
 *
 * @template T
 * @param {{ log: (line: string) => void, label: string | (() => string), afterMs?: number, everyMs?: number }} options
 *   `label` is asked anew for every line, so that it can say what happens right now.
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withProgress({ log, label, afterMs = 2_000, everyMs = 5_000 }, work) {
  const beganAt = Date.now();
  const say = () => {
    const text = typeof label === 'function' ? label() : label;
    log(`${text} (${Math.round((Date.now() - beganAt) / 1_000)} s)`);
  };
  let every;
  const first = setTimeout(() => {
    say();
    every = setInterval(say, everyMs);
  }, afterMs);
  try {
    return await work();
  } finally {
    clearTimeout(first);
    clearInterval(every);
  }
}
