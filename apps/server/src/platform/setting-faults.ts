import type { Env } from './setting-kinds.ts';
import { halfABucket } from './settings-files.ts';
import type { Settings } from './settings.ts';

/** What of the settings does not fit what others of them say; `set` where each by itself could be read. */
export function* disagreeing(given: Env, set: Settings | undefined): Generator<string> {
  yield* unpaired(given);
  yield* halfABucket(given);
  if (set !== undefined) yield* sharedByApps(set);
}

/** What two apps would have to share. */
function* sharedByApps({
  LATIDO_APPS: more = [],
  REVERB_APP_ID: appId,
  REVERB_APP_KEY: key,
}: Settings): Generator<string> {
  for (const [what, own] of [
    ['appId', appId],
    ['key', key],
  ] as const) {
    const all = [own, ...more.map((app) => app[what])];
    const twice = all.find((each, at) => all.indexOf(each) !== at);
    if (twice !== undefined)
      yield `LATIDO_APPS has "${twice}" twice: each app has an id and a key of its own.`;
  }
}

/** What is set by halves. */
function* unpaired(given: Env): Generator<string> {
  const [key, secret] = [given['LIVEKIT_API_KEY'], given['LIVEKIT_API_SECRET']];
  if (Boolean(key) !== Boolean(secret))
    yield 'LIVEKIT_API_KEY and LIVEKIT_API_SECRET belong together: set both.';
  if (Boolean(given['STRIPE_SECRET_KEY']) !== Boolean(given['STRIPE_WEBHOOK_SECRET']))
    yield 'STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET belong together: set both.';
  const url = ['LIVEKIT_URL', 'LIVEKIT_WS_URL'].find((name) => given[name]);
  if (url && !key && !secret) yield `${url} is set: LIVEKIT_API_KEY and LIVEKIT_API_SECRET have to be, too.`;
}

/** What production has to be told. */
export function* missing(given: Env): Generator<string> {
  if (!given['LIVEKIT_API_KEY'])
    yield 'LIVEKIT_API_KEY and LIVEKIT_API_SECRET are missing: production has no default for secrets.';
  if (!given['LATIDO_AUTH_SECRET'])
    yield 'LATIDO_AUTH_SECRET is missing: production has no default for secrets (openssl rand -hex 32).';
  if (!given['LATIDO_PUBLIC_URL']) yield 'LATIDO_PUBLIC_URL is missing: say where people reach this server.';
}
