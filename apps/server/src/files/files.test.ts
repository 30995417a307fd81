import { mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { inspect } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../platform/index.ts';
import { folderStore } from './folder-store.ts';
import { addressOf } from './s3-client.ts';
import { s3Store } from './s3-store.ts';
import { s3Keys, startTestBucket, type TestBucket } from '../s3.testing.ts';
import type { FileStore } from './store.ts';

const MB = 1024 * 1024;
const folder = mkdtempSync(join(tmpdir(), 'latido-files-'));
const dir = join(folder, 'files');
let bucket: TestBucket;
const settingsOf = (more: object = {}) => ({
  endpoint: bucket.endpoint,
  region: 'eu-west-1',
  bucket: 'latido',
  pathStyle: true,
  ...s3Keys,
  ...more,
});

beforeAll(async () => {
  bucket = await startTestBucket(join(folder, 's3'));
});
beforeEach(() => {
  bucket.asked.length = 0;
  bucket.refuse = () => undefined;
});
afterAll(async () => {
  await bucket.close();
  rmSync(folder, { recursive: true, force: true });
});

async function* body(...chunks: (string | Buffer)[]): AsyncGenerator<Buffer> {
  for (const chunk of chunks) yield Buffer.from(chunk);
}
/** Sender who goes away in the middle. */
async function* broken(first: Buffer): AsyncGenerator<Buffer> {
  yield first;
  throw new Error('gone');
}
const codeOf = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return error instanceof AppError ? error.code : String(error);
};
const text = async (store: FileStore, key: string, from: number, to: number): Promise<string> =>
  (await buffer(await store.read(key, { from, to }))).toString();

const STORES: [string, () => FileStore][] = [
  ['a folder', () => folderStore(dir)],
  ['a bucket', () => s3Store(settingsOf())],
];

for (const [name, open] of STORES) {
  describe(`files in ${name}`, () => {
    let store: FileStore;
    beforeEach(() => {
      store = open();
    });

    it('[FILE-1] a file is there once it is whole; of one whose sender goes away nothing is left', async () => {
      expect(await store.put('chat/whole', body('01', '234', '56789'))).toEqual({ bytes: 10 });
      expect(await store.size('chat/whole')).toBe(10);
      await expect(store.put('chat/half', broken(Buffer.alloc(20 * MB)))).rejects.toThrow('gone');
      expect(await store.size('chat/half')).toBeNull();
      expect(await store.put('chat/empty', body())).toEqual({ bytes: 0 });
      expect(await store.size('chat/empty')).toBe(0);
    });

    it('[FILE-2] bytes of it are read, and it can be removed, twice too', async () => {
      const large = Buffer.alloc(20 * MB + 5, 'x');
      large.write('seam', 8 * MB - 2);
      await store.put('recordings/rec_1/1.mp4', body(large.subarray(0, 3 * MB), large.subarray(3 * MB)));
      expect(await store.size('recordings/rec_1/1.mp4')).toBe(large.length);
      expect(await text(store, 'recordings/rec_1/1.mp4', 8 * MB - 3, 8 * MB + 2)).toBe('xseamx');
      expect(await text(store, 'recordings/rec_1/1.mp4', 20 * MB + 4, 20 * MB + 4)).toBe('x');
      for (let n = 0; n < 2; n += 1) await store.remove('recordings/rec_1/1.mp4');
      expect(await store.size('recordings/rec_1/1.mp4')).toBeNull();
    });

    it('[FILE-2] what is no key of ours is refused', async () => {
      for (const key of ['../secret', '/etc/passwd', 'chat/../../x', 'a//b', '', 'a/b?x'])
        await expect(store.put(key, body('x'))).rejects.toThrow('no key');
    });
  });
}

describe('files in a folder', () => {
  it('[FILE-1] nothing stands beside the files', async () => {
    const store = folderStore(dir);
    await store.put('chat/one', body('1'));
    await store.put('chat/two', broken(Buffer.from('2'))).catch(() => undefined);
    expect(readdirSync(join(dir, 'chat'))).not.toContain('two.half');
  });

  it('[FILE-3] a disk that is full and a folder that cannot be written are told', async () => {
    // A device that takes nothing, under the name of what is being written.
    await folderStore(dir).put('chat/before', body('x'));
    symlinkSync('/dev/full', join(dir, 'chat/full.half'));
    expect(await codeOf(folderStore(dir).put('chat/full', body('x')))).toBe('file.store_full');
    expect(readdirSync(join(dir, 'chat')).filter((each) => each.startsWith('full'))).toEqual([]);
    expect(await folderStore(dir).put('chat/full', body('x'))).toEqual({ bytes: 1 });
    await folderStore(dir).put('chat/file', body('x'));
    expect(await codeOf(folderStore(join(dir, 'chat/file')).put('a/b', body('x')))).toBe(
      'file.store_unavailable',
    );
  });
});

describe('files in a bucket', () => {
  it('[FILE-1] a large one goes up in parts; one that breaks off is given up there, too', async () => {
    const store = s3Store(settingsOf());
    await store.put('chat/large', body(Buffer.alloc(17 * MB)));
    expect(bucket.asked.map((each) => each.replace(/uploadId=[^&]+/, 'uploadId'))).toEqual([
      'POST ?uploads=',
      'PUT ?partNumber=1&uploadId',
      'PUT ?partNumber=2&uploadId',
      'PUT ?partNumber=3&uploadId',
      'POST ?uploadId',
    ]);
    bucket.asked.length = 0;
    bucket.refuse = (_method, query) => (query.includes('partNumber=2') ? 507 : undefined);
    expect(await codeOf(store.put('chat/larger', body(Buffer.alloc(17 * MB))))).toBe('file.store_full');
    expect(bucket.asked.at(-1)).toMatch(/^DELETE \?uploadId=/);
    expect(await store.size('chat/larger')).toBeNull();
  });

  it('[FILE-3] one that is away, full, or answers nonsense is told, and is asked again where that may help', async () => {
    const away = s3Store(settingsOf({ endpoint: 'http://127.0.0.1:9' }));
    expect(await codeOf(away.put('chat/x', body('x')))).toBe('file.store_unavailable');
    expect(await codeOf(away.size('chat/x'))).toBe('file.store_unavailable');
    const store = s3Store(settingsOf());
    bucket.refuse = () => 507;
    expect(await codeOf(store.put('chat/x', body('x')))).toBe('file.store_full');
    expect(bucket.asked).toHaveLength(1);
    bucket.refuse = () => (bucket.asked.length < 4 ? 503 : undefined);
    expect(await store.put('chat/x', body('x'))).toEqual({ bytes: 1 });
    expect(bucket.asked).toHaveLength(4);
  });

  it('[FILE-4] who has another secret is refused, and neither secret nor signature is told', async () => {
    const store = s3Store(settingsOf({ secretAccessKey: 'guessed-wrongly' }));
    const error = await store.put('chat/x', body('x')).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'file.store_unavailable' });
    const told = inspect(error, { depth: 10, showHidden: true });
    expect(told).toContain('403 SignatureDoesNotMatch');
    for (const secret of ['guessed-wrongly', s3Keys.accessKeyId, 'Signature=', 'Credential='])
      expect(told).not.toContain(secret);
  });

  it('[FILE-5] the bucket stands in the path or before the host', () => {
    const of = { ...settingsOf(), endpoint: 'https://s3.eu-west-1.amazonaws.com' };
    expect(addressOf(of, 'chat/x').href).toBe('https://s3.eu-west-1.amazonaws.com/latido/chat/x');
    expect(addressOf({ ...of, pathStyle: false }, 'chat/x').href).toBe(
      'https://latido.s3.eu-west-1.amazonaws.com/chat/x',
    );
  });
});
