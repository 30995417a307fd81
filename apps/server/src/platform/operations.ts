import { CALL_OPERATIONS } from './operations-calls.ts';
import { CHAT_OPERATIONS } from './operations-chat.ts';
import { MATCHING_OPERATIONS } from './operations-matching.ts';
import { MENTORING_OPERATIONS } from './operations-mentoring.ts';
import { MONEY_OPERATIONS } from './operations-money.ts';
import { NOTES_OPERATIONS } from './operations-notes.ts';
import { PEOPLE_OPERATIONS } from './operations-people.ts';
import { TEAM_OPERATIONS } from './operations-team.ts';
import { RECORDING_OPERATIONS } from './operations-recording.ts';
import type { Operations } from './operation.ts';

/** Every operation that has more to tell than its schemas. */
export const OPERATIONS: Operations = {
  ...PEOPLE_OPERATIONS,
  ...CALL_OPERATIONS,
  ...MONEY_OPERATIONS,
  ...TEAM_OPERATIONS,
  ...MATCHING_OPERATIONS,
  ...MENTORING_OPERATIONS,
  ...CHAT_OPERATIONS,
  ...NOTES_OPERATIONS,
  ...RECORDING_OPERATIONS,
};
