import { admin } from './en/admin.ts';
import { collect } from './en/collect.ts';
import { connection } from './en/connection.ts';
import { facts } from './en/facts.ts';
import { lending } from './en/lending.ts';
import { meet } from './en/meet.ts';
import { notices } from './en/notices.ts';
import { payouts } from './en/payouts.ts';
import { people } from './en/people.ts';
import { plans } from './en/plans.ts';
import { rareErrors } from './en/rare-errors.ts';
import { rooms } from './en/rooms.ts';
import { sessions } from './en/sessions.ts';
import { watch } from './en/watch.ts';

/** Words of the pages of those who run the place, lend or collect, and of what few look at in a record: loaded with the first of these pages. */
const more = {
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
/** The shape that every language fills. */
export type MoreMessages = typeof more;
