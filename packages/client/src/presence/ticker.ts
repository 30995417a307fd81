/** Calls back again and again until stopped. */
export interface Ticker {
  stop(): void;
}

const WORKER = 'onmessage=(e)=>{setInterval(()=>postMessage(0),e.data)}';

/**
 * Calls `run` every `everyMs`, from a Worker where there is one: browsers slow the timers of a page in the
 * background down to one a minute, and such a page would look dead.
 */
export function startTicker(everyMs: number, run: () => void): Ticker {
  try {
    const address = URL.createObjectURL(new Blob([WORKER], { type: 'text/javascript' }));
    const worker = new Worker(address);
    URL.revokeObjectURL(address);
    worker.onmessage = run;
    worker.postMessage(everyMs);
    return { stop: () => worker.terminate() };
  } catch {
    // No Worker (a server, a strict policy): a page's own timer is the next best.
    const timer = setInterval(run, everyMs);
    return { stop: () => clearInterval(timer) };
  }
}
