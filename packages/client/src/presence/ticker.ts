/** Calls back again and again until stopped. */
export interface Ticker {
  stop(): void;
}

const WORKER = 'onmessage=(e)=>{setInterval(()=>postMessage(0),e.data)}';
/** A Worker that has not spoken after so many beats may never do: some browsers block it and say nothing at all. */
const PATIENCE_BEATS = 2;

/**
 * Calls `run` every `everyMs`, from a Worker where there is one: browsers slow the timers of a page in the
 * background down to one a minute, and such a page would look dead. Where there is none (a server, a policy of the page
 * that blocks it, which is told by an event and not by a throw) the page's own timer is the next best.
 */
export function startTicker(everyMs: number, run: () => void): Ticker {
  let timer: ReturnType<typeof setInterval> | undefined;
  let isOver = false;
  const tickHere = (): void => {
    clearTimeout(late);
    if (!isOver) timer ??= setInterval(run, everyMs);
  };
  // The one of its last silent beat is this one.
  const late = setTimeout(() => (tickHere(), run()), PATIENCE_BEATS * everyMs);
  const rest = (): void => {
    clearTimeout(late);
    clearInterval(timer);
    timer = undefined;
  };
  const worker = startWorker(everyMs, {
    // One that was only slow is still the better one.
    ticked: () => (rest(), run()),
    failed: tickHere,
  });
  if (worker === null) tickHere();
  return {
    stop: () => {
      isOver = true;
      rest();
      worker?.terminate();
    },
  };
}

function startWorker(everyMs: number, on: { ticked(): void; failed(): void }): Worker | null {
  try {
    const address = URL.createObjectURL(new Blob([WORKER], { type: 'text/javascript' }));
    const worker = new Worker(address);
    URL.revokeObjectURL(address);
    worker.onmessage = on.ticked;
    worker.onerror = () => {
      worker.terminate();
      on.failed();
    };
    worker.postMessage(everyMs);
    return worker;
  } catch {
    return null;
  }
}
