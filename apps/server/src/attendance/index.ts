export { createAttendance, type AttendanceDeps } from './routes.ts';
