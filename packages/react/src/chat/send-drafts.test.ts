import { expect, it, vi } from 'vitest';
import type { Draft } from './drafts.ts';
import { DraftSender } from './send-drafts.ts';

const file = (name: string): File => ({ name, size: 3, type: 'text/plain' }) as unknown as File;

/** A sender whose uploads the test ends. */
function desk() {
  const uploads: { path: string; end: (sent: unknown) => void; fail: (error: unknown) => void }[] = [];
  const asked: string[] = [];
  let drafts: readonly Draft[] = [];
  const sender = new DraftSender({
    callId: 'call_1',
    api: {
      send: async (method: string, path: string) => {
        asked.push(`${method} ${path}`);
        return undefined as never;
      },
    },
    files: {
      upload: (path, _file, { signal } = {}) =>
        new Promise((end, fail) => {
          uploads.push({ path, end: end as (sent: unknown) => void, fail });
          signal?.addEventListener('abort', () => fail(signal.reason));
        }),
    },
    tell: (now) => (drafts = now),
  });
  return { sender, uploads, asked, now: () => drafts };
}

it('[REACT-CHAT] three files are on their way at once, the next when one has come', async () => {
  const { sender, uploads, now } = desk();
  sender.add(['a', 'b', 'c', 'd'].map(file));
  expect(uploads.map(({ path }) => path.split('name=')[1])).toEqual(['a', 'b', 'c']);
  uploads[1]?.end({ id: 'file_b' });
  await vi.waitFor(() => expect(uploads).toHaveLength(4));
  expect(now().map(({ sent }) => sent?.id)).toEqual([undefined, 'file_b', undefined, undefined]);
});

it('[REACT-CHAT] a file that is taken away is called off, and given up where it has come', async () => {
  const { sender, uploads, asked, now } = desk();
  sender.add(['a', 'b'].map(file));
  const [a, b] = now() as [Draft, Draft];
  sender.drop(a);
  expect(now()).toEqual([b]);
  uploads[1]?.end({ id: 'file_b' });
  await vi.waitFor(() => expect(now()[0]?.sent).not.toBeNull());
  sender.drop(now()[0] as Draft);
  expect(asked).toEqual(['DELETE /api/v1/calls/call_1/files/file_b']);
  expect(now()).toEqual([]);
});

it('[REACT-CHAT] a file that was lost says so, and is sent again', async () => {
  const { sender, uploads, now } = desk();
  sender.add([file('a')]);
  uploads[0]?.fail(new TypeError('no network'));
  await vi.waitFor(() => expect(now()[0]?.failure).toBe('lost'));
  sender.again(now()[0] as Draft);
  expect(now()[0]?.failure).toBeNull();
  uploads[1]?.end({ id: 'file_a' });
  await vi.waitFor(() => expect(now()[0]?.sent).toEqual({ id: 'file_a' }));
});
