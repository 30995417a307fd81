import type { Table } from '@latido/core';
import type { FastifyReply } from 'fastify';
import { fileNameOf } from './csv-answer.ts';

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
/** Excel takes no longer text in a cell: it says that the whole file is broken. */
const CELL_MOST = 32_767;

/**
 * Sends a table as a spreadsheet of Excel. Every text is written as a text, so no name of anybody can be run as a formula,
 * whatever it begins with, and nothing is put in front of it.
 */
export async function sendXlsx(reply: FastifyReply, name: string, table: Table): Promise<FastifyReply> {
  return await reply
    .header('vary', 'accept, origin')
    .header('content-type', XLSX)
    .header('content-disposition', `attachment; filename="${fileNameOf(name, 'xlsx')}"`)
    .send(await xlsx(table));
}

/** Few ask for a spreadsheet: the library is read with the first one. */
async function xlsx({ titles, rows }: Table): Promise<Buffer> {
  const { default: writeXlsx } = await import('write-excel-file/node');
  const head = titles.map((value) => ({ value, type: String, fontWeight: 'bold' as const }));
  const columns = titles.map((title) => ({ width: Math.max(14, title.length + 2) }));
  const file = writeXlsx([head, ...rows.map((row) => row.map(cell))], { columns, stickyRowsCount: 1 });
  return await file.toBuffer();
}

function cell(value: string | number | null) {
  if (value === null || value === '') return null;
  if (typeof value === 'number') return { value, type: Number };
  return { value: value.slice(0, CELL_MOST), type: String };
}
