import {
  attendanceCsv,
  attendancePrint,
  attendanceTable,
  meetingsCsv,
  meetingsPrint,
  meetingsTable,
} from '@latido/core';
import type { Attendance, Meeting, Print } from '@latido/core';
import type { Attendee, MeetingsQuery } from '@latido/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { isCsvAsked, PdfZone, sendCsv, sendPdf, sendXlsx } from '../platform/index.ts';

/** In which form: `excel`: CSV begins with a byte order mark. */
export const Form = z.object({
  format: z.enum(['json', 'csv', 'ndjson', 'xlsx', 'pdf']).optional(),
  zone: PdfZone,
  excel: z.enum(['true', 'false']).optional(),
});

interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** What attendance is of, who reads it and when. */
export interface Report {
  readonly of: string;
  readonly reader: { readonly locale: string };
  readonly now: number;
}

/** Attendance in the form that is asked for: JSON, or a file by `?format=` (CSV by the Accept header, too). */
export async function answerAttendance(
  exchange: Exchange,
  lines: readonly Attendance[],
  { of, reader: { locale }, now }: Report,
): Promise<FastifyReply> {
  return await answerInForm(exchange, {
    name: `attendance-${of}`,
    locale,
    now,
    items: () => lines.map(attendeeOnWire),
    csv: (options) => attendanceCsv(lines, options),
    table: () => attendanceTable(lines),
    print: (timeZone) => attendancePrint(lines, { name: of, locale, timeZone, madeAt: now }),
    shares: SHARES,
  });
}

/** How wide the columns of a printed page are, beside each other. */
const SHARES = [4.5, 4, 4, 2.2, 2.2, 1.8, 2.2, 2.2, 2.2, 2.2];

/** The same lines in every form. */
export interface Forms {
  /** Of the file, without its ending. */
  readonly name: string;
  readonly locale: string;
  readonly now: number;
  readonly items: () => readonly object[];
  readonly csv: (options: { excel: boolean }) => string;
  readonly table: () => Parameters<typeof sendXlsx>[2];
  readonly print: (timeZone: string) => Print;
  /** How wide the columns of a printed page are, beside each other. */
  readonly shares: readonly number[];
}

/** Answers in the form that the query, or for CSV the Accept header, asks for. */
export async function answerInForm({ request, reply }: Exchange, forms: Forms): Promise<FastifyReply> {
  const { format, excel, zone } = request.query as z.infer<typeof Form>;
  const { name } = forms;
  if (format === 'ndjson') return await sendLines(reply, forms.items());
  if (format === 'xlsx') return await sendXlsx(reply, name, forms.table());
  if (format === 'pdf') return await sendPrint(reply, forms, zone);
  if (isCsvAsked(request)) return await sendCsv(reply, name, forms.csv({ excel: excel === 'true' }));
  return await reply.header('vary', 'accept, origin').send({ items: forms.items(), nextCursor: null });
}

async function sendPrint(reply: FastifyReply, forms: Forms, zone: string): Promise<FastifyReply> {
  const { name, locale, now, shares } = forms;
  const print = forms.print(zone);
  const columns = print.headings.map((heading, at) => ({
    heading,
    share: shares[at] ?? 1,
    atEnd: (shares[at] ?? 1) < FIGURE_BELOW,
    cell: (row: readonly string[]) => row[at] ?? '',
  }));
  return await sendPdf(reply, name, { ...print, locale, madeAt: new Date(now), isWide: true, columns });
}

/** Columns that are narrower than this hold figures, which stand at their end. */
const FIGURE_BELOW = 2.5;

/** Whether meetings are asked for as a file: all of them at once, not page by page. */
export function isFileAsked(request: FastifyRequest): boolean {
  const { format = 'json' } = request.query as MeetingsQuery;
  return format !== 'json' || isCsvAsked(request);
}

/** Meetings as the file that is asked for. */
export async function sendMeetings(
  exchange: Exchange,
  meetings: readonly Meeting[],
  of: { name: string; onWire: (meeting: Meeting) => object; locale: string; now: number },
): Promise<FastifyReply> {
  const { name, locale, now } = of;
  return await answerInForm(exchange, {
    name,
    locale,
    now,
    items: () => meetings.map(of.onWire),
    csv: (options) => meetingsCsv(meetings, options),
    table: () => meetingsTable(meetings),
    print: (timeZone) => meetingsPrint(meetings, { name, locale, timeZone, madeAt: now }),
    shares: [5, 3, 3, 1.8, 1.8, 6],
  });
}

async function sendLines(reply: FastifyReply, lines: readonly object[]): Promise<FastifyReply> {
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  return await reply
    .header('vary', 'accept, origin')
    .header('content-type', 'application/x-ndjson')
    .send(text);
}

function attendeeOnWire({ firstJoinAt, lastLeaveAt, ...rest }: Attendance): Attendee {
  return {
    ...rest,
    firstJoinAt: new Date(firstJoinAt).toISOString(),
    lastLeaveAt: lastLeaveAt === null ? null : new Date(lastLeaveAt).toISOString(),
  };
}
