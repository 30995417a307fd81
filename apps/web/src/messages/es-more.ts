import { collect } from './es/collect.ts';
import { lending } from './es/lending.ts';
import { meet } from './es/meet.ts';
import { notices } from './es/notices.ts';
import { people } from './es/people.ts';
import { rooms } from './es/rooms.ts';
import { sessions } from './es/sessions.ts';
import { watch } from './es/watch.ts';
import type { MoreMessages } from './en-more.ts';

/** Las palabras de las páginas que abren pocas personas. */
const more: MoreMessages = { collect, lending, meet, notices, people, rooms, sessions, watch };

export default more;
