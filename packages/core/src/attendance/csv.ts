import type { Attendance } from './attend.ts';
import { csv, tableOf, type Columns, type CsvOptions, type Table } from '../kernel/csv.ts';
import type { Meeting } from './meetings.ts';

/** The columns of a file, in their order: who, since when and how long come first. */
const ATTENDANCE: Columns<Attendance> = [
  ['name', (line) => line.name],
  ['first_join_at', (line) => instant(line.firstJoinAt)],
  ['present_seconds', (line) => line.presentMs / 1000],
  ['last_leave_at', (line) => (line.lastLeaveAt === null ? null : instant(line.lastLeaveAt))],
  ['visits', (line) => line.visits],
  ['reconnects', (line) => line.reconnects],
  ['connected_seconds', (line) => line.connectedMs / 1000],
  ['together_seconds', (line) => line.togetherMs / 1000],
  ['alone_seconds', (line) => line.aloneMs / 1000],
  ['identity', (line) => line.identity],
  ['person_id', (line) => line.personId],
  ['camera_seconds', (line) => line.cameraMs / 1000],
  ['microphone_seconds', (line) => line.microphoneMs / 1000],
  ['screen_seconds', (line) => line.screenMs / 1000],
  ['messages', (line) => line.messages],
];

const MEETINGS: Columns<Meeting> = [
  ['room', (meeting) => meeting.roomName],
  ['started_at', (meeting) => instant(meeting.startedAt)],
  ['ended_at', (meeting) => (meeting.endedAt === null ? null : instant(meeting.endedAt))],
  ['duration_seconds', (meeting) => meeting.durationMs / 1000],
  ['people', (meeting) => meeting.people.length],
  ['names', (meeting) => meeting.people.map(({ name }) => name).join('; ')],
  ['call_id', (meeting) => meeting.callId],
  ['id', (meeting) => meeting.id],
];

/** Writes attendance as CSV (RFC 4180): CRLF, quotes where needed, ISO instants, durations in seconds. */
export function attendanceCsv(lines: readonly Attendance[], options: CsvOptions = {}): string {
  return csv(ATTENDANCE, lines, options);
}

/** Writes meetings as CSV, one line each. */
export function meetingsCsv(meetings: readonly Meeting[], options: CsvOptions = {}): string {
  return csv(MEETINGS, meetings, options);
}

/** Attendance as the table of a spreadsheet or of a page that is printed: the same columns as CSV. */
export function attendanceTable(lines: readonly Attendance[]): Table {
  return tableOf(ATTENDANCE, lines);
}

/** Meetings as such a table. */
export function meetingsTable(meetings: readonly Meeting[]): Table {
  return tableOf(MEETINGS, meetings);
}

function instant(at: number): string {
  return new Date(at).toISOString();
}
