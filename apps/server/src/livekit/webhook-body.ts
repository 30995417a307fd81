import type { Readable } from 'node:stream';
import { problem } from '../platform/index.ts';
import type { Claims, SignatureFault } from './verify-webhook.ts';

/** LiveKit's bodies over 1 MiB are legal: a room of many with long metadata. */
const BODY_BYTES_MAX = 4 * 1024 * 1024;
/** What is read of a body that no key of ours has signed for: enough for its sender to get to the answer. */
const UNSIGNED_BYTES_MAX = 256 * 1024;

/** A body as far as it was read, and what its token says. */
export interface WebhookBody {
  readonly bytes: Buffer;
  readonly signed: Claims | SignatureFault;
  /** There was more than anybody reads on without a signature. */
  readonly cut: boolean;
}

/**
 * Reads the body of a webhook whose token was looked at first.
 *
 * @throws AppError `request.too_large` over 4 MiB, signed or not
 */
export async function readWebhook(
  stream: Readable,
  { signed, announced }: { signed: WebhookBody['signed']; announced: number },
): Promise<WebhookBody> {
  const isSigned = typeof signed !== 'string';
  if (isSigned && announced > BODY_BYTES_MAX) throw tooLarge();
  const most = isSigned ? BODY_BYTES_MAX : UNSIGNED_BYTES_MAX;
  const chunks: Buffer[] = [];
  let length = 0;
  // The stream is left as it is when we stop: nobody reads on.
  for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > most && !isSigned) return { bytes: Buffer.alloc(0), signed, cut: true };
    if (length > most) throw tooLarge();
    chunks.push(chunk);
  }
  return { bytes: Buffer.concat(chunks), signed, cut: false };
}

function tooLarge(): Error {
  return problem('request.too_large', `A webhook has ${BODY_BYTES_MAX} bytes at most.`);
}
