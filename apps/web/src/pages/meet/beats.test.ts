import { NoAnswer } from '@latido/client';
import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { standingQuery, startBeats } from './beats.ts';
import { say } from './say.ts';

/** The Worker of a page: what it posts comes also where the page's own timers are held back. */
class PageWorker {
  static made: PageWorker[] = [];
  onmessage: (() => void) | null = null;
  postMessage = (): void => undefined;
  terminate = (): void => void (this.onmessage = null);
  constructor() {
    PageWorker.made.push(this);
  }
}

const state = { state: 'waiting', serverAt: '2026-11-27T20:00:00.000Z' };

describe('the signs of a page that holds a place', () => {
  let asked: number;
  let answer: () => Promise<Response>;
  const fetched = vi.fn(() => answer());
  const client = new QueryClient({ defaultOptions: { queries: { networkMode: 'always', retry: 2 } } });
  const heard = (): void => void (asked += 1);
  const observer = () => new QueryObserver(client, standingQuery(client, 'page', heard));

  /** All that is under way without time going by. */
  const settled = () => vi.advanceTimersByTimeAsync(0);

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] });
    vi.stubGlobal('Worker', PageWorker);
    vi.stubGlobal('fetch', fetched.mockClear());
    [asked, PageWorker.made] = [0, []];
    answer = () => Promise.resolve(Response.json(state));
  });
  afterEach(() => {
    client.clear();
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  it('[MATCH-70] come from a Worker: a hidden page, whose own timers are slowed down, keeps its place', async () => {
    const one = observer();
    const unsubscribe = one.subscribe(() => undefined);
    const beats = startBeats(one);
    await settled();
    expect(asked).toBe(1);
    for (const n of [2, 3, 4]) {
      PageWorker.made.at(-1)?.onmessage?.();
      await settled();
      expect(asked).toBe(n);
    }
    beats.stop();
    unsubscribe();
  });

  it('[MATCH-70] one that is lost is followed by the next, and not by a wait for the page to be looked at', async () => {
    const one = observer();
    const unsubscribe = one.subscribe(() => undefined);
    const beats = startBeats(one);
    await settled();
    expect(asked).toBe(1);
    one.setOptions(standingQuery(client, 'page', heard)); // as each drawing of the page does
    answer = () => Promise.reject(new TypeError('lost'));
    PageWorker.made.at(-1)?.onmessage?.();
    await settled();
    expect(one.getCurrentResult().fetchStatus).toBe('idle');
    expect(fetched).toHaveBeenCalledTimes(2);
    beats.stop();
    unsubscribe();
  });

  it.each([
    ['Next', () => say.next('match-7')],
    ['an answer', () => say.answer('offer', 'accept')],
    ['looking', () => say.look({})],
    ['going on air', () => say.goOnAir({})],
    ['stopping', () => say.stopLooking()],
    ['a pause', () => say.pause()],
    ['to be told', () => say.tellMe({})],
    ['not to be told', () => say.tellMeNot()],
    ['here', () => say.useHere()],
  ])(
    '[MATCH-71] %s that nothing answers fails, and holds up nothing that is said after it',
    async (_what, speak) => {
      answer = () => new Promise(() => undefined);
      const said = speak().then(
        () => null,
        (error: unknown) => error,
      );
      await vi.advanceTimersByTimeAsync(60_000);
      expect(await Promise.race([said, Promise.resolve('hangs')])).toBeInstanceOf(NoAnswer);
    },
  );
});
