import { createHash } from 'node:crypto';
import { AwsClient } from 'aws4fetch';
import { storeIsAway, storeIsFull } from './store.ts';

/** A bucket that speaks S3. */
export interface S3Settings {
  /** Without a slash at its end. */
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** `endpoint/bucket/key` where true, as most servers of one's own want it; `bucket.endpoint/key` else. */
  readonly pathStyle: boolean;
}

/** What is asked of the bucket. */
export interface S3Request {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  readonly key: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  /** Answers that are no fault besides 2xx. */
  readonly alsoFine?: readonly number[];
}

/** Asks the bucket, signed. @throws file.store_full, file.store_unavailable */
export type S3Client = (request: S3Request) => Promise<Response>;

const HEADERS_WITHIN_MS = 30_000;
/** On a line that breaks, or a server that has too much to do. */
const TRIES = 3;

/** Where a key lies; keys are letters, digits, `_`, `-`, `.` and `/`, so that nothing is to be escaped. */
export function addressOf({ endpoint, bucket, pathStyle }: S3Settings, key: string): URL {
  if (pathStyle) return new URL(`${endpoint}/${bucket}/${key}`);
  const url = new URL(`${endpoint}/${key}`);
  url.host = `${bucket}.${url.host}`;
  return url;
}

/** A client of a bucket. What it throws and logs never has a key of it. */
export function s3Client(settings: S3Settings): S3Client {
  const { accessKeyId, secretAccessKey, region } = settings;
  const aws = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3', retries: 0 });
  const once = async (request: S3Request): Promise<Response> => {
    const { method, key, query = {}, headers = {}, body } = request;
    const url = addressOf(settings, key);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const hash = createHash('sha256')
      .update(body ?? '')
      .digest('hex');
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), HEADERS_WITHIN_MS);
    try {
      return await aws.fetch(url, {
        method,
        headers: { ...headers, 'x-amz-content-sha256': hash },
        signal: late.signal,
        redirect: 'error',
        ...(body === undefined ? {} : { body: body as string }),
      });
    } finally {
      clearTimeout(timer);
    }
  };
  return async (request) => {
    for (let n = 1; ; n += 1) {
      const answer = await once(request).catch((error: unknown) => {
        if (n === TRIES) throw storeIsAway(error);
        return null;
      });
      if (answer && (answer.ok || request.alsoFine?.includes(answer.status))) return answer;
      if (answer && (n === TRIES || !isWorthAnother(answer.status)))
        throw await faultOf(answer, request.method);
      await answer?.body?.cancel();
    }
  };
}

function isWorthAnother(status: number): boolean {
  return status === 429 || (status >= 500 && status !== 507);
}

/** S3's own code, and nothing else of its answer: that repeats what was signed. */
async function faultOf(answer: Response, method: string): Promise<Error> {
  const text = await answer.text().catch(() => '');
  const code = /<Code>(\w{1,60})<\/Code>/.exec(text)?.[1] ?? 'no code';
  const cause = new Error(`S3 answered ${method} with ${answer.status} ${code}`);
  const isFull = answer.status === 507 || /StorageFull|QuotaExceeded/.test(code);
  return isFull ? storeIsFull(cause) : storeIsAway(cause);
}
