import { PRINTED_MOST, statementTable } from '@latido/core';
import type { StatementLine } from '@latido/protocol';
import type { FastifyReply } from 'fastify';
import { sendPdf } from '../platform/index.ts';

/** What the files are called. */
export const STATEMENT_FILES = { wallet: 'latido-statement', earnings: 'latido-earnings' } as const;

/** Sends a statement to be printed, in its reader's language and hours. */
export async function sendStatement(
  reply: FastifyReply,
  of: {
    readonly whose: 'wallet' | 'earnings';
    readonly reader: { readonly name: string; readonly locale: string };
    readonly zone: string;
    readonly balance: number;
    /** One more than a file holds says that there are more. */
    readonly lines: readonly StatementLine[];
    readonly now: number;
  },
): Promise<FastifyReply> {
  const { reader, whose, zone, balance, lines, now } = of;
  const cutTo = lines.length > PRINTED_MOST ? PRINTED_MOST : null;
  const statement = { ...reader, whose, timeZone: zone, balance, madeAt: now, cutTo };
  const { title, about, headings, cells, pageName } = statementTable(statement);
  return await sendPdf(reply, STATEMENT_FILES[whose], {
    title,
    about,
    pageName,
    locale: reader.locale,
    madeAt: new Date(now),
    rows: lines.slice(0, PRINTED_MOST).map(cells),
    columns: [
      { heading: headings[0], share: 4, cell: (row) => row[0] },
      { heading: headings[1], share: 6, cell: (row) => row[1] },
      { heading: headings[2], share: 2, atEnd: true, cell: (row) => row[2] },
      { heading: headings[3], share: 2, atEnd: true, cell: (row) => row[3] },
    ],
  });
}
