export { attend } from './attend.ts';
export type { Attendance, AttendanceOptions } from './attend.ts';
export { attendanceCsv, attendanceTable, meetingsCsv, meetingsTable } from './csv.ts';
export { meetingOf, meetingsOf, type Meeting } from './meetings.ts';
export { dailyMeetings, type DailyMeeting } from './daily.ts';
export { attendancePrint, meetingsPrint } from './print.ts';
export { MERGE_WINDOW_MS } from './limits.ts';
export type { Table } from '../kernel/csv.ts';
export type { Print, PrintOf } from '../kernel/print.ts';
