import { describe, expect, it } from 'vitest';
import { untilUp, WorkerNotUp } from './service-worker.ts';

class Worker extends EventTarget {
  state: ServiceWorkerState = 'installing';
  become(state: ServiceWorkerState): void {
    this.state = state;
    this.dispatchEvent(new Event('statechange'));
  }
}

/** A registration as a browser gives it, with a worker that is on its way. */
function registered(at: 'active' | 'waiting' | 'installing' | 'none' = 'installing') {
  const worker = new Worker();
  let isThere = true;
  const registration = {
    active: null,
    waiting: null,
    installing: null,
    unregister: async () => !(isThere = false),
    ...(at === 'none' ? {} : { [at]: worker as unknown as ServiceWorker }),
  };
  return { worker, registration, isThere: () => isThere };
}

describe('the service worker that shows pushes', () => {
  it('is waited for until it is active', async () => {
    const { worker, registration } = registered();
    const up = untilUp(registration, new AbortController().signal);
    for (const state of ['installed', 'activating', 'activated'] as const) worker.become(state);
    expect(await up).toBe(registration);
    const there = registered('active');
    there.worker.state = 'activated';
    expect(await untilUp(there.registration)).toBe(there.registration);
  });

  it('is given up when the browser gives it up, and taken away for a next try', async () => {
    const { worker, registration, isThere } = registered();
    const up = untilUp(registration, new AbortController().signal);
    worker.become('redundant');
    await expect(up).rejects.toThrow(WorkerNotUp);
    expect(isThere()).toBe(false);
    await expect(untilUp(registered('none').registration)).rejects.toThrow(WorkerNotUp);
  });

  it('is given up when it says nothing for too long', async () => {
    const { registration, isThere } = registered('waiting');
    const tooLong = new AbortController();
    const up = untilUp(registration, tooLong.signal);
    tooLong.abort();
    await expect(up).rejects.toThrow(WorkerNotUp);
    expect(isThere()).toBe(false);
  });
});
