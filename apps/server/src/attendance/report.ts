import { attendanceCsv, attendanceTable, meetingsCsv, meetingsTable } from '@latido/core';
import type { Attendance, Meeting } from '@latido/core';
import type { Attendee } from '@latido/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { isCsvAsked, sendCsv, sendXlsx } from '../platform/index.ts';

/** `excel`: CSV begins with a byte order mark. */
export const Form = z.object({
  format: z.enum(['json', 'csv', 'ndjson', 'xlsx']).optional(),
  excel: z.enum(['true', 'false']).optional(),
});

interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** Attendance in the form that is asked for: JSON, or a file by `?format=` (CSV by the Accept header, too). */
export async function answerAttendance(
  { request, reply }: Exchange,
  lines: readonly Attendance[],
  of: string,
): Promise<FastifyReply> {
  const { format, excel } = request.query as z.infer<typeof Form>;
  const name = `attendance-${of}`;
  if (format === 'ndjson') return await sendLines(reply, lines.map(attendeeOnWire));
  if (format === 'xlsx') return await sendXlsx(reply, name, attendanceTable(lines));
  if (isCsvAsked(request))
    return await sendCsv(reply, name, attendanceCsv(lines, { excel: excel === 'true' }));
  return await reply
    .header('vary', 'accept, origin')
    .send({ items: lines.map(attendeeOnWire), nextCursor: null });
}

/** Whether meetings are asked for as a file: all of them at once, not page by page. */
export function isFileAsked(request: FastifyRequest): boolean {
  const { format = 'json' } = request.query as z.infer<typeof Form>;
  return format !== 'json' || isCsvAsked(request);
}

/** Meetings as the file that is asked for. */
export async function sendMeetings(
  { request, reply }: Exchange,
  meetings: readonly Meeting[],
  { name, onWire }: { name: string; onWire: (meeting: Meeting) => object },
): Promise<FastifyReply> {
  const { format, excel } = request.query as z.infer<typeof Form>;
  if (format === 'ndjson') return await sendLines(reply, meetings.map(onWire));
  if (format === 'xlsx') return await sendXlsx(reply, name, meetingsTable(meetings));
  return await sendCsv(reply, name, meetingsCsv(meetings, { excel: excel === 'true' }));
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
