import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { gatherMoves } from './collection-moves.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A page that hears `inbox`; what it is told it looks at when it draws, which React does later than it is told. */
function openPage() {
  const drawn: (() => string[])[] = [];
  const on = { event: (_name: string, _data: unknown): void => undefined, opened: (): void => undefined };
  const feed = {
    subscribe: (_channel: string, hear: (name: string, data: unknown) => void) => {
      on.event = hear;
      return () => (on.event = () => undefined);
    },
    opened: (tell: () => void) => {
      on.opened = tell;
      return () => (on.opened = () => undefined);
    },
  };
  const stop = gatherMoves(feed, 'inbox', (came) => drawn.push(() => [...came]));
  const attend = (creditId: string): void =>
    on.event('credit.requires.attention', { cursor: '1.1', payload: { creditId } });
  return { on, stop, attend, drawn: () => drawn.map((draw) => draw()) };
}

describe('What moves credits', () => {
  test('[COLL-29] all of a moment is told once, and still stands when the page is drawn later', () => {
    const page = openPage();
    for (const id of ['one', 'two', 'one']) page.attend(id);
    expect(page.drawn()).toEqual([]);
    vi.runAllTimers();
    page.attend('three');
    vi.runAllTimers();
    expect(page.drawn()).toEqual([['one', 'two'], ['three']]);
  });

  test('[COLL-29] a payment moves credits and makes none new, bare as channels say it or in the row of an inbox; a call moves none', () => {
    const page = openPage();
    page.on.event('payment.received', { creditId: 'one' });
    page.on.event('client.assigned', { cursor: '1.2', payload: { debtorId: 'one' } });
    vi.runAllTimers();
    page.on.event('call.missed', { payload: {} });
    vi.runAllTimers();
    expect(page.drawn()).toEqual([[]]);
  });

  test('[COLL-29] what moved before the connection opened is read when it opens; a page that is closed is told nothing', () => {
    const page = openPage();
    page.on.opened();
    vi.runAllTimers();
    expect(page.drawn()).toEqual([[]]);
    page.attend('one');
    page.stop();
    page.on.opened();
    vi.runAllTimers();
    expect(page.drawn()).toEqual([[]]);
  });
});
