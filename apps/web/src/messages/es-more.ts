import { admin } from './es/admin.ts';
import { collect } from './es/collect.ts';
import { connection } from './es/connection.ts';
import { facts } from './es/facts.ts';
import { lending } from './es/lending.ts';
import { meet } from './es/meet.ts';
import { notices } from './es/notices.ts';
import { payouts } from './es/payouts.ts';
import { people } from './es/people.ts';
import { plans } from './es/plans.ts';
import { rareErrors } from './es/rare-errors.ts';
import { rooms } from './es/rooms.ts';
import { sessions } from './es/sessions.ts';
import { watch } from './es/watch.ts';
import type { MoreMessages } from './en-more.ts';

/** Las palabras de las páginas que abren pocas personas. */
const more: MoreMessages = {
  admin,
  collect,
  connection,
  facts,
  lending,
  meet,
  notices,
  payouts,
  people,
  plans,
  rareErrors,
  rooms,
  sessions,
  watch,
};

export default more;
