export type { Absence, NoticeInterval } from './absences.ts';
export { noticesFor, goneReason } from './notices-for.ts';
export type { NoticeCall, NoticePerson, Told, ToldBefore } from './notices-for.ts';
