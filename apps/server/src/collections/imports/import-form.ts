import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { MultipartFile } from '@fastify/multipart';
import { ImportKind, NewImport } from '@latido/protocol';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { problem } from '../../platform/index.ts';
import type { ImportAsked } from './run-import.ts';

/** What a file may have at most. */
export const FILE_BYTES_MAX = 512 * 1024 * 1024;

/**
 * What is asked for; the file lies in the folder then. The parts of a form come in any order (RFC 7578), the file's as it comes: how it is
 * to be read is known when the form has ended and not before.
 *
 * @throws request.invalid, request.too_large
 */
export async function importAskedOf(request: FastifyRequest, folder: string): Promise<ImportAsked> {
  const path = join(folder, 'file');
  if (!request.isMultipart()) {
    const { kind, file, preview = false } = read(NewImport, request.body);
    await writeFile(path, file);
    return { kind, fileName: null, isPreview: preview, path };
  }
  const fields: Record<string, string> = {};
  let fileName: string | null = null;
  for await (const part of request.parts()) {
    if (part.type === 'file') {
      await keep(part, path);
      fileName = part.filename.slice(0, 200);
      continue;
    }
    if (Object.hasOwn(fields, part.fieldname))
      throw problem('request.invalid', `body.${part.fieldname.slice(0, 64)}: it is there twice.`);
    fields[part.fieldname] = String(part.value);
    // What is wrong already is said before half a gigabyte has come.
    read(Fields.partial(), fields);
  }
  const { kind, preview } = read(Fields, fields);
  if (fileName === null) throw problem('request.invalid', 'body.file: the file is missing.');
  return { kind, fileName, isPreview: preview === 'true', path };
}

async function keep({ file }: MultipartFile, path: string): Promise<void> {
  await pipeline(file, createWriteStream(path));
  if (file.truncated)
    throw problem('request.too_large', `body.file: it is larger than ${FILE_BYTES_MAX / 1024 / 1024} MB.`);
}

const Fields = z.object({ kind: ImportKind, preview: z.enum(['true', 'false']).optional() });

function read<T>(schema: z.ZodType<T>, body: unknown): T {
  const found = schema.safeParse(body ?? {});
  if (found.success) return found.data;
  const [issue] = found.error.issues;
  throw problem(
    'request.invalid',
    `body.${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'it does not fit'}.`,
  );
}
