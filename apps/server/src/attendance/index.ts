export type { AttendanceDeps } from './ports.ts';
export { createAttendance } from './routes.ts';
export { answerInForm, Form } from './report.ts';
