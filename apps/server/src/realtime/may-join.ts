import { sql } from 'kysely';
import type { DbOrTx } from '../platform/index.ts';
import { isRoomSid, peopleOfRoomSid } from '../presence/index.ts';
import { kindOf } from './channel.ts';
import type { Joiner } from './ports.ts';
import { mayJoinByTeam, type TeamChannels } from './team-channels.ts';

/**
 * The one authorizer: whether this person may be in this channel. Every door asks it; what it does not know is
 * forbidden. What none of our rules is about goes by the team's. Public channels are open to all, so nothing about anybody is ever sent on one.
 */
export async function mayJoin(
  { db, team }: { db: DbOrTx; team: TeamChannels },
  joiner: Joiner,
  channel: string,
): Promise<boolean> {
  if (kindOf(channel) === null) return false;
  const [rule, id] = ruleOf(channel);
  switch (rule) {
    case 'private-inbox-':
    case 'private-user-':
      return id === joiner.personId;
    case 'private-call-':
    case 'presence-call-':
      return await isOfCall(db, id, joiner.personId);
    case 'private-cobrador.':
      return joiner.roles.includes('collector') && (id === joiner.personId || id === joiner.externalId);
    case 'private-admin.notifications':
      return id === '' && joiner.roles.some((role) => role === 'admin' || role === 'manager');
    default:
      return kindOf(channel) === 'public' || (await mayJoinByTeam(team, joiner, channel));
  }
}

const PREFIXES = [
  'private-inbox-',
  'private-user-',
  'private-call-',
  'presence-call-',
  'private-cobrador.',
  'private-admin.notifications',
] as const;

function ruleOf(channel: string): [(typeof PREFIXES)[number] | null, string] {
  const prefix = PREFIXES.find((each) => channel.startsWith(each)) ?? null;
  return [prefix, channel.slice(prefix?.length ?? 0)];
}

async function isOfCall(db: DbOrTx, callId: string, personId: string): Promise<boolean> {
  const { rows } = await sql`select 1 from calls.call_person
    where call_id = ${callId} and person_id = ${personId} and removed_at is null`.execute(db);
  if (rows.length > 0) return true;
  // A free room goes by LiveKit's sid: who has been in it, by LiveKit's word, reads what was written there, and hears it, too.
  const there = isRoomSid(callId) ? await peopleOfRoomSid(db, callId) : [];
  return there.some((each) => each.personId === personId);
}
