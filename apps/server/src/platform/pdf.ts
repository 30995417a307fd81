import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isTimeZone } from '@latido/core';
import type { FastifyReply } from 'fastify';
import type PDFDocument from 'pdfkit';
import { z } from 'zod';
import { fileNameOf } from './csv-answer.ts';

/** In whose hours a PDF tells when: a name of IANA's. */
export const PdfZone = z
  .string()
  .max(64)
  .refine(isTimeZone, 'No time zone of IANA, as Europe/Madrid.')
  .default('UTC');

/** A column of a table: `share` is its part of the page's width, beside those of the others. */
export interface PdfColumn<Row> {
  readonly heading: string;
  readonly share: number;
  readonly atEnd?: boolean;
  readonly cell: (row: Row) => string;
}

/** A document: a title, sentences under it, and a table that goes over as many pages as it needs. */
export interface PdfTable<Row> {
  readonly title: string;
  /** What stands under the title, a line each. */
  readonly about: readonly string[];
  readonly locale: string;
  readonly madeAt: Date;
  /** Many columns stand on the long side of a page. */
  readonly isWide?: boolean;
  readonly columns: readonly PdfColumn<Row>[];
  readonly rows: readonly Row[];
  /** What stands at the foot of a page, from 1 on. */
  readonly pageName: (page: number) => string;
}

/** Around a page, in points. */
export const MARGIN = 48;
const ROW_HEIGHT = 16;
const GAP = 8;
/** The colour of words. */
export const INK = '#171b1a';
/** The colour of what stands beside them. */
export const MUTED = '#5c6663';
const LINE = '#dfdcd3';
/** So many rows, and others have their turn: meters tick on this thread. */
const ROWS_A_TURN = 50;

type Document = InstanceType<typeof PDFDocument>;

/**
 * Sends a table as PDF, page after page as it is made. The face is DejaVu Sans, within the file: Latin, Greek, Cyrillic and more,
 * but no Chinese, Japanese or Korean; what it lacks is drawn as an empty box.
 */
export async function sendPdf<Row>(
  reply: FastifyReply,
  name: string,
  table: PdfTable<Row>,
): Promise<FastifyReply> {
  const document = await openDocument(table);
  void draw(document, table).catch((error: unknown) =>
    document.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  return await answerPdf(reply, name, document);
}

/** Answers with a document, page after page as it is drawn. */
export async function answerPdf(
  reply: FastifyReply,
  name: string,
  document: Document,
): Promise<FastifyReply> {
  return await reply
    .header('vary', 'accept, origin')
    .header('content-type', 'application/pdf')
    .header('content-disposition', `attachment; filename="${fileNameOf(name, 'pdf')}"`)
    .send(document);
}

/** Few ask for a PDF: the library and its face are read with the first one. */
export async function openDocument(
  { title, locale, madeAt, isWide = false }: Pick<PdfTable<never>, 'title' | 'locale' | 'madeAt' | 'isWide'>,
  margin = 0,
): Promise<Document> {
  const { default: PdfDocument } = await import('pdfkit');
  const document = new PdfDocument({
    size: 'A4',
    layout: isWide ? 'landscape' : 'portrait',
    margin,
    lang: locale,
    info: { Title: title, Creator: 'Latido', CreationDate: madeAt },
  });
  const face = fileURLToPath(import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'));
  return document.registerFont('sans', face).font('sans');
}

async function draw<Row>(document: Document, table: PdfTable<Row>): Promise<void> {
  let y = MARGIN;
  document.fillColor(INK).fontSize(18).text(table.title, MARGIN, y, { lineBreak: false });
  y += 30;
  document.fillColor(MUTED).fontSize(9);
  for (const line of table.about) {
    document.text(line, MARGIN, y, { lineBreak: false });
    y += 13;
  }
  let page = 1;
  const bottom = document.page.height - MARGIN - ROW_HEIGHT;
  y = drawHead(document, table, { y: y + 12, page });
  for (const [at, row] of table.rows.entries()) {
    if (y > bottom) {
      document.addPage();
      page += 1;
      y = drawHead(document, table, { y: MARGIN, page });
    }
    drawRow(document, { columns: table.columns, cells: table.columns.map(({ cell }) => cell(row)), y });
    y += ROW_HEIGHT;
    if (at % ROWS_A_TURN === ROWS_A_TURN - 1) await setImmediate();
  }
  document.end();
}

/** The headings, and the foot of their page; gives where rows begin. */
function drawHead<Row>(
  document: Document,
  { columns, pageName }: PdfTable<Row>,
  { y, page }: { y: number; page: number },
): number {
  document.fillColor(MUTED).fontSize(8);
  document.text(pageName(page), MARGIN, document.page.height - MARGIN + 12, { lineBreak: false });
  drawRow(document, { columns, cells: columns.map(({ heading }) => heading), y });
  document.fillColor(INK).fontSize(9);
  return y + ROW_HEIGHT + 2;
}

function drawRow(
  document: Document,
  of: { columns: readonly Omit<PdfColumn<never>, 'cell'>[]; cells: readonly string[]; y: number },
): void {
  const { columns, cells, y } = of;
  const inside = document.page.width - 2 * MARGIN;
  const shares = columns.reduce((sum, { share }) => sum + share, 0);
  let x = MARGIN;
  for (const [at, { share, atEnd }] of columns.entries()) {
    const width = (inside * share) / shares;
    const align = atEnd ? 'right' : 'left';
    document.text(cells[at] ?? '', x, y, { width: width - GAP, height: 12, align, ellipsis: true });
    x += width;
  }
  const under = y + ROW_HEIGHT - 3;
  document.strokeColor(LINE).lineWidth(0.5);
  document
    .moveTo(MARGIN, under)
    .lineTo(document.page.width - MARGIN, under)
    .stroke();
}
