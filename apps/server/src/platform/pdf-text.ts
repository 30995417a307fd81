import { setImmediate } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';
import { answerPdf, INK, MARGIN, MUTED, openDocument } from './pdf.ts';

/** A piece of text: it goes over as many lines and pages as it needs. */
export interface PdfParagraph {
  readonly text: string;
  readonly size: number;
  /** How far it stands in, in points. */
  readonly indent: number;
}

/** Sends text as PDF: a title, a line under it, and paragraphs. Its face is that of `sendPdf`. */
export async function sendPdfText(
  reply: FastifyReply,
  name: string,
  of: {
    readonly title: string;
    readonly about: string;
    readonly locale: string;
    readonly madeAt: Date;
    readonly paragraphs: readonly PdfParagraph[];
  },
): Promise<FastifyReply> {
  const document = await openDocument(of, MARGIN);
  const draw = async (): Promise<void> => {
    document.fillColor(INK).fontSize(18).text(of.title, MARGIN, MARGIN);
    document.fillColor(MUTED).fontSize(9).text(of.about, MARGIN, document.y);
    document.fillColor(INK);
    for (const { text, size, indent } of of.paragraphs) {
      const width = document.page.width - 2 * MARGIN - indent;
      document.fontSize(size).text(text, MARGIN + indent, document.y + size / 2, { width });
      // Meters tick on this thread, too.
      await setImmediate();
    }
    document.end();
  };
  void draw().catch((error: unknown) =>
    document.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  return await answerPdf(reply, name, document);
}
