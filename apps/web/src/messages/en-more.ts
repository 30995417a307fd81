import { collect } from './en/collect.ts';
import { lending } from './en/lending.ts';
import { meet } from './en/meet.ts';
import { notices } from './en/notices.ts';
import { people } from './en/people.ts';
import { rooms } from './en/rooms.ts';
import { sessions } from './en/sessions.ts';
import { watch } from './en/watch.ts';

/** Words of the pages of those who run the place, lend or collect: loaded with the first of these pages. */
const more = { collect, lending, meet, notices, people, rooms, sessions, watch };

export default more;
/** The shape that every language fills. */
export type MoreMessages = typeof more;
