import { LatidoError } from '@latido/client';
import { expect, it } from 'vitest';
import { ChangeQueue, type Change } from './change-queue.ts';
import type { Kept } from './kept-changes.ts';

const change = (id: string): Change => ({ id, path: '/x', body: { id }, creditId: 'credit_1', label: id });

/** A server that does with each change what it is told to, and a storage. */
function scene() {
  const store = new Map<string, string>();
  const kept: Kept = {
    getItem: (key) => store.get(key) ?? null,
    setItem: (key, value) => void store.set(key, value),
    removeItem: (key) => void store.delete(key),
    key: (at) => [...store.keys()][at] ?? null,
    get length() {
      return store.size;
    },
  };
  const sent: string[] = [];
  const fails = new Map<string, Error>();
  const send = async ({ id }: Change): Promise<void> => {
    const error = fails.get(id);
    if (error) throw error;
    sent.push(id);
  };
  let isCutOff = false;
  const open = () => new ChangeQueue({ key: 'queue', kept, send, isCutOff: () => isCutOff });
  const cutOff = (is: boolean) => (isCutOff = is);
  return { open, sent, fails, store, kept, cutOff };
}

it('[WEB-QUEUE-1] without a network changes wait, also over a reload, and go in their order', async () => {
  const { open, sent, fails } = scene();
  const queue = open();
  fails.set('a', new TypeError('offline'));
  expect(await queue.add(change('a'))).toBe('kept');
  expect(await queue.add(change('b'))).toBe('kept');
  const again = open();
  expect(again.waiting.map(({ id }) => id)).toEqual(['a', 'b']);
  fails.clear();
  await Promise.all([again.flush(), again.flush()]);
  expect(sent).toEqual(['a', 'b']);
  expect(again.waiting).toEqual([]);
  await again.flush();
  expect(await again.add(change('c'))).toBe('sent');
  expect(open().waiting).toEqual([]);
});

it('[WEB-QUEUE-2] what is refused stays to be seen and keeps nobody waiting', async () => {
  const { open, sent, fails } = scene();
  const queue = open();
  fails.set('a', new LatidoError(403, null));
  expect(await queue.add(change('a'))).toBe('refused');
  expect(await queue.add(change('b'))).toBe('sent');
  expect(sent).toEqual(['b']);
  expect(queue.waiting).toMatchObject([{ id: 'a', refused: true }]);
  expect(queue.drop('a')).toBe(true);
  expect(queue.drop('a')).toBe(false);
});

it('[WEB-QUEUE-3] a server in trouble, a limit or an ended sign-in is no refusal', async () => {
  for (const status of [401, 408, 429, 500, 503]) {
    const { open, fails } = scene();
    const queue = open();
    fails.set('a', new LatidoError(status, null));
    expect(await queue.add(change('a'))).toBe('kept');
  }
});

it('[WEB-QUEUE-1] a storage that holds no queue is as an empty one', () => {
  const { open, store } = scene();
  for (const text of ['{', '{"a":1}', 'null']) {
    store.set('queue', text);
    expect(open().waiting).toEqual([]);
  }
});

it('[COLL-32] what two tabs kept without a network is sent by whichever is there then, each once', async () => {
  const { open, sent, fails } = scene();
  const [one, other] = [open(), open()];
  for (const id of ['a', 'b', 'c']) fails.set(id, new TypeError('offline'));
  expect(await one.add(change('a'))).toBe('kept');
  expect(await other.add(change('b'))).toBe('kept');
  expect(await one.add(change('c'))).toBe('kept');
  other.follow();
  expect(other.waiting.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  // Both are killed; what a third finds is all of it.
  fails.clear();
  const third = open();
  await third.flush();
  expect(sent).toEqual(['a', 'b', 'c']);
  await one.flush();
  expect(sent).toEqual(['a', 'b', 'c']);
  expect([one.waiting, third.waiting]).toEqual([[], []]);
});

it('[COLL-32] what is being sent, or got no answer, may have arrived and is not dropped as if it had not', async () => {
  const { kept, open, fails } = scene();
  let answer!: () => void;
  const asked: string[] = [];
  const send = ({ id }: Change) => {
    asked.push(id);
    return new Promise<void>((resolve) => (answer = resolve));
  };
  const queue = new ChangeQueue({ key: 'queue', kept, send });
  const added = queue.add(change('a'));
  await Promise.resolve();
  expect(asked).toEqual(['a']);
  expect([queue.drop('a'), open().drop('a')]).toEqual([false, false]);
  answer();
  expect(await added).toBe('sent');
  expect(queue.drop('a')).toBe(false);
  for (const error of [new TypeError('cut'), new LatidoError(503, null)]) {
    fails.set('b', error);
    const cut = open();
    await cut.add(change('b'));
    expect(cut.drop('b')).toBe(false);
    expect(cut.waiting).toMatchObject([{ id: 'b' }]);
    fails.clear();
    await cut.flush();
  }
});

it('[COLL-32] what never left the device is simply not sent', async () => {
  const { open, sent, fails, cutOff } = scene();
  const queue = open();
  cutOff(true);
  fails.set('a', new TypeError('offline'));
  expect(await queue.add(change('a'))).toBe('kept');
  expect(open().drop('a')).toBe(true);
  cutOff(false);
  fails.clear();
  await queue.flush();
  expect(sent).toEqual([]);
  expect(queue.waiting).toEqual([]);
});

it('[COLL-32] what is taken back behind itself and is not there, or not any more, needs nothing else', async () => {
  const { open, fails } = scene();
  const queue = open();
  const problem = { code: 'payment.reversed' } as never;
  fails.set('a', new LatidoError(409, problem));
  expect(await queue.add({ ...change('a'), overBy: ['payment.reversed'] })).toBe('sent');
  expect(await queue.add(change('a'))).toBe('refused');
});

it('[COLL-32] a list that was kept under one key before is sent, too', async () => {
  const { open, sent, store } = scene();
  store.set('queue', JSON.stringify([change('a'), { ...change('b'), refused: true }, change('c')]));
  const queue = open();
  expect(queue.waiting.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  await queue.flush();
  expect(sent).toEqual(['a', 'c']);
  expect(queue.waiting).toMatchObject([{ id: 'b', refused: true }]);
  expect([...store.keys()]).toHaveLength(1);
});

it('[COLL-32] a storage that is full or forbidden loses nothing while the page lives', async () => {
  const { kept, fails, sent } = scene();
  const forbidden = () => {
    throw new DOMException('forbidden', 'SecurityError');
  };
  for (const storage of [
    { ...kept, length: 0, setItem: forbidden },
    { length: 0, key: forbidden, getItem: forbidden, setItem: forbidden, removeItem: forbidden },
  ] as Kept[]) {
    const send = async ({ id }: Change): Promise<void> => {
      const error = fails.get(id);
      if (error) throw error;
      sent.push(id);
    };
    const queue = new ChangeQueue({ key: 'queue', kept: storage, send });
    fails.set('a', new TypeError('offline'));
    await queue.add(change('a'));
    await queue.add(change('b'));
    expect(queue.waiting.map(({ id }) => id)).toEqual(['a', 'b']);
    fails.clear();
    await queue.flush();
    expect(queue.waiting).toEqual([]);
  }
  expect(sent).toEqual(['a', 'b', 'a', 'b']);
});
