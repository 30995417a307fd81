export { AttendanceTimeline, type AttendanceTimelineProps } from './attendance-timeline.tsx';
export type { Absent } from './absent.tsx';
export type { Charges, Mark } from './lanes.tsx';
export type { Films } from './films.tsx';
export type { Bar, Span, Stay } from './timeline.ts';
export { enAttendanceLabels, esAttendanceLabels, type AttendanceLabels } from './labels.ts';
