import { createHmac } from 'node:crypto';
import { problem } from '../platform/index.ts';
import type { Joiner } from './ports.ts';

/** Nobody waits longer for a subscription because a team's own system says nothing. */
const ANSWER_WITHIN_MS = 3_000;

/** Who may join the channels that a team has named itself. */
export interface TeamChannels {
  /** `private-orders.{externalId}`, or with the roles that may: `presence-office:manager admin`. */
  readonly rules: readonly string[];
  /** Where the team's own system is asked when no rule fits. */
  readonly authUrl?: string | undefined;
  /** Signs what is asked there. */
  readonly secret: string;
}

/**
 * Whether a rule of the team, or its own system, lets this person in.
 *
 * @throws AppError `channel.unjudged` while that system gives no answer
 */
export async function mayJoinByTeam(team: TeamChannels, joiner: Joiner, channel: string): Promise<boolean> {
  if (team.rules.some((rule) => allows(rule, joiner, channel))) return true;
  return (
    team.authUrl !== undefined && (await isLetIn(team.authUrl, { secret: team.secret, joiner, channel }))
  );
}

/** A `*` stands for any end of a name, `{personId}` and `{externalId}` for the joiner's own. */
function allows(rule: string, joiner: Joiner, channel: string): boolean {
  const [pattern = '', roles] = rule.split(':');
  if (roles !== undefined && !roles.split(/\s+/).some((role) => joiner.roles.includes(role))) return false;
  // Who has no external id has no channel that goes by it.
  if (pattern.includes('{externalId}') && !joiner.externalId) return false;
  const named = pattern
    .replaceAll('{personId}', () => joiner.personId)
    .replaceAll('{externalId}', () => joiner.externalId ?? '');
  return pattern.endsWith('*') ? channel.startsWith(named.slice(0, -1)) : channel === named;
}

/** Asks the team's system: 2xx lets in, 401, 403 and 404 do not, everything else is no answer. */
async function isLetIn(
  url: string,
  { secret, joiner, channel }: { secret: string; joiner: Joiner; channel: string },
): Promise<boolean> {
  const { personId, externalId = null, roles } = joiner;
  const body = JSON.stringify({ channel, personId, externalId, roles });
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  const headers = { 'content-type': 'application/json', 'x-latido-signature': signature };
  const status = await fetch(url, {
    method: 'POST',
    headers,
    body,
    redirect: 'error',
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  }).then(
    (answer) => (void answer.body?.cancel(), answer.status),
    () => 0,
  );
  if (status >= 200 && status < 300) return true;
  if (status === 401 || status === 403 || status === 404) return false;
  throw problem('channel.unjudged', `Your own system was asked who may join ${channel}, and gave no answer.`);
}
