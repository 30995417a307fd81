import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { s3Client, type S3Client, type S3Settings } from './s3-client.ts';
import { keyOf, storeIsAway, type FileStore } from './store.ts';

/** S3 wants 5 MiB at least of every part but the last, and 10,000 parts at most: 80 GB. */
const PART_BYTES = 8 * 1024 * 1024;

/** Files in a bucket. What is larger than a part goes up in parts; S3 shows it once it is whole. */
export function s3Store(settings: S3Settings): FileStore {
  const ask = s3Client(settings);
  return {
    kind: 's3',
    async put(key, body) {
      keyOf(key);
      const parts = inParts(body);
      const first = await parts.next();
      const start = first.done ? Buffer.alloc(0) : first.value;
      const second = await parts.next();
      if (!second.done) return { bytes: await putInParts({ ask, key }, [start, second.value], parts) };
      await drained(ask({ method: 'PUT', key, body: start }));
      return { bytes: start.length };
    },
    async size(key) {
      const answer = await ask({ method: 'HEAD', key: keyOf(key), alsoFine: [404] });
      if (answer.status === 404) return null;
      return Number(answer.headers.get('content-length') ?? 0);
    },
    async read(key, { from, to }) {
      const range = `bytes=${from}-${to}`;
      const { body } = await ask({ method: 'GET', key: keyOf(key), headers: { range } });
      if (!body) throw storeIsAway(new Error('S3 answered without a body'));
      return Readable.fromWeb(body as ReadableStream);
    },
    async remove(key) {
      await drained(ask({ method: 'DELETE', key: keyOf(key), alsoFine: [404] }));
    },
  };
}

interface At {
  readonly ask: S3Client;
  readonly key: string;
}

async function putInParts(
  { ask, key }: At,
  first: readonly Buffer[],
  rest: AsyncGenerator<Buffer>,
): Promise<number> {
  const begun = await (await ask({ method: 'POST', key, query: { uploads: '' } })).text();
  const uploadId = textOf(begun, 'UploadId');
  const etags: string[] = [];
  let bytes = 0;
  const send = async (body: Buffer): Promise<void> => {
    const query = { partNumber: String(etags.length + 1), uploadId };
    const answer = await drained(ask({ method: 'PUT', key, query, body }));
    etags.push(answer.headers.get('etag') ?? '');
    bytes += body.length;
  };
  try {
    for (const part of first) await send(part);
    for await (const part of rest) await send(part);
    const listed = etags.map(
      (etag, at) => `<Part><PartNumber>${at + 1}</PartNumber><ETag>${etag}</ETag></Part>`,
    );
    const body = `<CompleteMultipartUpload>${listed.join('')}</CompleteMultipartUpload>`;
    const done = await (await ask({ method: 'POST', key, query: { uploadId }, body })).text();
    // S3 may say 200 first, and that it failed after that.
    if (/<Error>/.test(done)) throw storeIsAway(new Error('S3 could not put the parts together'));
    return bytes;
  } catch (error) {
    await drained(ask({ method: 'DELETE', key, query: { uploadId }, alsoFine: [404] })).catch(
      () => undefined,
    );
    throw error;
  }
}

/** A body in pieces of {@link PART_BYTES}, the last one shorter. */
async function* inParts(body: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let held: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    held.push(chunk);
    length += chunk.length;
    while (length >= PART_BYTES) {
      const all = Buffer.concat(held);
      yield all.subarray(0, PART_BYTES);
      held = [all.subarray(PART_BYTES)];
      length -= PART_BYTES;
    }
  }
  if (length > 0) yield Buffer.concat(held);
}

function textOf(xml: string, name: string): string {
  const found = new RegExp(`<${name}>([^<]+)</${name}>`).exec(xml)?.[1];
  if (found === undefined) throw storeIsAway(new Error(`S3 answered without ${name}`));
  return found;
}

/** Reads what nobody wants, so that the connection serves the next one. */
async function drained(asked: Promise<Response>): Promise<Response> {
  const answer = await asked;
  await answer.arrayBuffer();
  return answer;
}
