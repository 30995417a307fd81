import { LatidoError } from '@latido/client';
import { expect, it } from 'vitest';
import { ChangeQueue, type Change, type Kept } from './change-queue.ts';

const change = (id: string): Change => ({ id, path: '/x', body: { id }, creditId: 'credit_1', label: id });

/** A server that does with each change what it is told to, and a storage. */
function scene() {
  const store = new Map<string, string>();
  const kept: Kept = {
    getItem: (key) => store.get(key) ?? null,
    setItem: (key, value) => void store.set(key, value),
  };
  const sent: string[] = [];
  const fails = new Map<string, Error>();
  const send = async ({ id }: Change): Promise<void> => {
    const error = fails.get(id);
    if (error) throw error;
    sent.push(id);
  };
  const open = () => new ChangeQueue({ key: 'queue', kept, send });
  return { open, sent, fails, store };
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
