export { attend } from './attend.ts';
export type { Attendance, AttendanceOptions } from './attend.ts';
export { attendanceCsv } from './csv.ts';
export { MERGE_WINDOW_MS } from './limits.ts';
