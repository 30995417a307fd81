export type { Absence, NoticeInterval } from './absences.ts';
export {
  NOTICE_SENTENCES,
  sentenceOf,
  type NoticeLocale,
  type NoticeSentence,
  type NoticeWords,
} from './sentences.ts';
export { noticesFor, goneReason } from './notices-for.ts';
export type { NoticeCall, NoticePerson, Told, ToldBefore } from './notices-for.ts';
