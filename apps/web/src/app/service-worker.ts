/** A worker is up within a second; one that is not by then is not coming (its file broke off, the browser stopped it). */
const UP_WITHIN_MS = 10_000;

/** What is waited for of a registration. */
type Registration = Pick<ServiceWorkerRegistration, 'active' | 'waiting' | 'installing' | 'unregister'>;

/** The service worker did not come up. It was taken away, so that a next try begins anew. */
export class WorkerNotUp extends Error {
  override readonly name = 'WorkerNotUp';
}

/**
 * Waits until the worker of a registration is active; `navigator.serviceWorker.ready` would wait for ever for one that never is.
 *
 * @throws WorkerNotUp
 */
export async function untilUp<R extends Registration>(
  registration: R,
  signal: AbortSignal = AbortSignal.timeout(UP_WITHIN_MS),
): Promise<R> {
  const worker = registration.active ?? registration.waiting ?? registration.installing;
  if (worker !== null && (await isActivated(worker, signal))) return registration;
  await registration.unregister().catch(() => undefined);
  throw new WorkerNotUp();
}

/** Whether it is activated before the signal, and before it is given up. */
async function isActivated(worker: ServiceWorker, signal: AbortSignal): Promise<boolean> {
  const isOver = (): boolean =>
    signal.aborted || worker.state === 'activated' || worker.state === 'redundant';
  if (!isOver())
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (!isOver()) return;
        worker.removeEventListener('statechange', look);
        signal.removeEventListener('abort', look);
        resolve();
      };
      worker.addEventListener('statechange', look);
      signal.addEventListener('abort', look);
    });
  return worker.state === 'activated';
}
