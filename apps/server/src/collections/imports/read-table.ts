import { createReadStream } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { CsvReader, separatorOf, type TableLine } from '@latido/core';
import { unzipSync } from 'fflate';
import { readSheet } from 'read-excel-file/node';
import { problem } from '../../platform/index.ts';

/** What a workbook may become: it is held whole, and a small one can unfold without end. */
const UNPACKED_MAX = 256 * 1024 * 1024;
const XLSX_MAX = 24 * 1024 * 1024;
/** Enough to see the first line. */
const HEAD_BYTES = 64 * 1024;

/**
 * The lines of a file, the first one too: CSV as it streams, a workbook's first sheet whole.
 *
 * @throws request.invalid for what is neither; RangeError for a quote that is never closed
 */
export async function* readTable(path: string): AsyncGenerator<readonly TableLine[]> {
  const head = await headOf(path);
  if (head.subarray(0, 4).toString('latin1') === 'PK\u0003\u0004') yield await workbookLines(path);
  else if (utf16(head) === null && head.includes(0))
    throw problem('request.invalid', 'file: this is neither CSV nor XLSX.');
  else yield* csvLines(path, head);
}

async function headOf(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function* csvLines(path: string, head: Buffer): AsyncGenerator<readonly TableLine[]> {
  const encoding = utf16(head) ?? ((await isUtf8(path)) ? 'utf-8' : 'windows-1252');
  const [first = ''] = new TextDecoder(encoding).decode(head).split(/\r|\n/);
  const reader = new CsvReader(separatorOf(first));
  // It takes a byte order mark away.
  const decoder = new TextDecoder(encoding);
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    const lines = reader.push(decoder.decode(chunk, { stream: true })).filter(isOfTable);
    if (lines.length > 0) yield lines;
  }
  yield [...reader.push(decoder.decode()), ...reader.end()].filter(isOfTable);
}

/** Excel's "Unicode text" begins with a mark of two bytes. */
function utf16(head: Buffer): 'utf-16le' | 'utf-16be' | null {
  const mark = head.subarray(0, 2).toString('hex');
  return mark === 'fffe' ? 'utf-16le' : mark === 'feff' ? 'utf-16be' : null;
}

/** Excel writes `sep=;` above the columns, for itself: it is no line of the table, and those after it keep their numbers. */
const isOfTable = ({ line, cells }: TableLine): boolean =>
  line > 1 || cells.join('').toLowerCase() !== 'sep=';

/** Sheets of old programs come in Latin-1: what is no UTF-8 is that. */
async function isUtf8(path: string): Promise<boolean> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>)
      decoder.decode(chunk, { stream: true });
    decoder.decode();
    return true;
  } catch {
    return false;
  }
}

async function workbookLines(path: string): Promise<readonly TableLine[]> {
  const bytes = await readFile(path);
  if (bytes.length > XLSX_MAX || unpackedSize(bytes) > UNPACKED_MAX)
    throw problem(
      'request.too_large',
      'file: this workbook is too large; save it as CSV, which may have any length.',
    );
  const rows = await readSheet(bytes).catch((error: unknown) => {
    throw problem('request.invalid', `file: this workbook cannot be read (${messageOf(error)}).`);
  });
  return rows
    .map((row, at) => ({ line: at + 1, cells: row.map(cellText) }))
    .filter(({ cells }) => cells.some((cell) => cell.trim() !== ''));
}

/** What its parts say that they unfold to; nothing is unfolded for it. */
function unpackedSize(bytes: Uint8Array): number {
  let size = 0;
  try {
    unzipSync(bytes, {
      filter: ({ originalSize }) => {
        size += originalSize;
        return false;
      },
    });
  } catch (error) {
    throw problem('request.invalid', `file: this workbook cannot be read (${messageOf(error)}).`);
  }
  return size;
}

function cellText(cell: unknown): string {
  if (cell instanceof Date) {
    const at = cell.toISOString();
    return at.endsWith('T00:00:00.000Z') ? at.slice(0, 10) : at;
  }
  return typeof cell === 'string' || typeof cell === 'number' || typeof cell === 'boolean'
    ? String(cell)
    : '';
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message.slice(0, 120) : 'unknown';
