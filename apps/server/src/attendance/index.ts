export type { CallsForAttendance } from './ports.ts';
export { attendanceRoutes, type AttendanceRouteDeps } from './routes.ts';
