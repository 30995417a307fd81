/** For tests only: npm's s3rver behind a check of every signature, which it does not make itself. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import S3rver from 's3rver';

export const s3Keys = { accessKeyId: 'AKIATEST', secretAccessKey: 'a-secret-of-the-bucket' };

/** A bucket that refuses what is not signed as SigV4 has it. */
export interface TestBucket {
  readonly endpoint: string;
  /** `METHOD ?query` of what was asked, in order. */
  readonly asked: string[];
  /** Answers instead of the bucket where it gives a status. */
  refuse: (method: string, query: string) => number | undefined;
  close(): Promise<void>;
}

/** Starts one with the bucket `latido`. */
export async function startTestBucket(directory: string): Promise<TestBucket> {
  const s3 = new S3rver({
    port: 0,
    address: '127.0.0.1',
    silent: true,
    directory,
    serviceEndpoint: 's3.test',
    configureBuckets: [{ name: 'latido' }],
  });
  const { port } = await s3.run();
  const gate = createServer((request, response) => {
    void pass(bucket, port, request, response);
  });
  await new Promise<void>((resolve) => gate.listen(0, '127.0.0.1', resolve));
  const bucket: TestBucket = {
    endpoint: `http://127.0.0.1:${(gate.address() as AddressInfo).port}`,
    asked: [],
    refuse: () => undefined,
    async close() {
      gate.closeAllConnections();
      await new Promise((resolve) => gate.close(resolve));
      await s3.close();
    },
  };
  return bucket;
}

async function pass(
  bucket: TestBucket,
  port: number,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const { method = '', url = '', headers } = request;
  const query = url.split('?')[1] ?? '';
  bucket.asked.push(`${method} ?${query}`);
  const status = isSigned(request, body) ? bucket.refuse(method, query) : 403;
  if (status !== undefined) {
    const code = { 403: 'SignatureDoesNotMatch', 507: 'XStorageFull' }[status] ?? 'SlowDown';
    response.writeHead(status).end(`<Error><Code>${code}</Code></Error>`);
    return;
  }
  // Signed for this gate; the server behind knows another host and another secret.
  const { authorization: _, host: __, ...rest } = headers;
  const behind = ask({ host: '127.0.0.1', port, method, path: url, headers: rest }, (answer) => {
    response.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.pipe(response);
  });
  behind.end(body);
}

/** AWS Signature Version 4 in a header, by its description. */
function isSigned({ method = '', url = '', headers }: IncomingMessage, body: Buffer): boolean {
  const found =
    /^AWS4-HMAC-SHA256 Credential=(\w+)\/(\d{8})\/([\w-]+)\/s3\/aws4_request, SignedHeaders=([\w;-]+), Signature=(\w{64})$/.exec(
      headers.authorization ?? '',
    );
  if (!found) return false;
  const [, id = '', day = '', region = '', names = '', signature = ''] = found;
  const hash = createHash('sha256').update(body).digest('hex');
  const instant = String(headers['x-amz-date']);
  const age = Date.now() - Date.parse(instant.replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5'));
  if (id !== s3Keys.accessKeyId || headers['x-amz-content-sha256'] !== hash || !(Math.abs(age) < 900_000))
    return false;
  const [path = '', query = ''] = url.split('?');
  const signed = names.split(';').map((name) => `${name}:${String(headers[name]).trim()}\n`);
  const sorted = query
    .split('&')
    .filter(Boolean)
    .map((pair) => (pair.includes('=') ? pair : `${pair}=`))
    .toSorted();
  const canonical = [method, path, sorted.join('&'), signed.join(''), names, hash].join('\n');
  const scope = `${day}/${region}/s3/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', instant, scope, createHash('sha256').update(canonical).digest('hex')];
  const hmac = (key: string | Buffer, what: string): Buffer =>
    createHmac('sha256', key).update(what).digest();
  const key = [day, region, 's3', 'aws4_request'].reduce<string | Buffer>(
    hmac,
    `AWS4${s3Keys.secretAccessKey}`,
  );
  return timingSafeEqual(hmac(key, text.join('\n')), Buffer.from(signature, 'hex'));
}
