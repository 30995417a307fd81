import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Whether CSV is asked for, by `?format=csv` or by the Accept header. */
export function isCsvAsked({ query, headers }: FastifyRequest): boolean {
  const { format } = query as { format?: string };
  return format === undefined ? wantsCsv(headers.accept) : format === 'csv';
}

/** A name that no header and no system of files takes amiss. */
export const fileNameOf = (name: string, ending: string): string =>
  `${name.replaceAll(/[^\w.-]+/g, '_').slice(0, 90)}.${ending}`;

/** Sends a file. */
export async function sendCsv(
  reply: FastifyReply,
  name: string,
  csv: string | Readable,
): Promise<FastifyReply> {
  return await reply
    .header('vary', 'accept, origin')
    .header('content-type', 'text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="${fileNameOf(name, 'csv')}"`)
    .send(csv);
}

function wantsCsv(accept = ''): boolean {
  const types = accept.split(',').map((part) => part.split(';')[0]?.trim());
  const csvAt = types.indexOf('text/csv');
  const jsonAt = types.indexOf('application/json');
  return csvAt !== -1 && (jsonAt === -1 || csvAt < jsonAt);
}
