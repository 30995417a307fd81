import { counted, readRange } from '@latido/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problem } from '../platform/index.ts';
import type { FileStore } from './store.ts';

/** A file as it is answered. */
export interface SentFile {
  readonly store: FileStore;
  readonly key: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly type: string;
  readonly name: string;
  /** Whether a browser may show it in a page; else it is only saved. */
  readonly isInline: boolean;
}

/** Answers with a file, or bytes of it. Nothing in it is ever run in our name. @throws file.range, file.store_unavailable */
export async function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  file: SentFile,
): Promise<FastifyReply> {
  const { bytes, sha256, isInline } = file;
  const etag = `"${sha256}"`;
  reply.header('accept-ranges', 'bytes').header('etag', etag).header('x-content-type-options', 'nosniff');
  if (request.headers['if-none-match'] === etag) return await reply.code(304).send();
  const isSame = [undefined, etag].includes(request.headers['if-range']?.toString());
  const range = isSame ? readRange(request.headers.range, bytes) : null;
  if (range === 'unmet') {
    reply.header('content-range', `bytes */${bytes}`);
    throw problem('file.range', `The file has ${counted(bytes, ['byte', 'bytes'])}.`);
  }
  const { from, to } = range ?? { from: 0, to: bytes - 1 };
  const body = await file.store.read(file.key, { from, to });
  if (range) reply.code(206).header('content-range', `bytes ${from}-${to}/${bytes}`);
  return await reply
    .header('content-type', isInline ? file.type : 'application/octet-stream')
    .header('content-length', to - from + 1)
    .header('content-disposition', disposition(file))
    .send(body);
}

/** The name for old and new browsers (RFC 6266); quotes and what is not ASCII stand in the second only. */
function disposition({ name, isInline }: SentFile): string {
  const plain = name.replaceAll(/[^\w .()-]/g, '_');
  const whole = encodeURIComponent(name).replaceAll(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
  return `${isInline ? 'inline' : 'attachment'}; filename="${plain}"; filename*=UTF-8''${whole}`;
}
