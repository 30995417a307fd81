import { AccessToken } from 'livekit-server-sdk';
import type { Config } from '../platform/index.ts';

/** What a token is signed with. */
export type SigningSettings = Pick<Config, 'livekitApiKey' | 'livekitApiSecret' | 'tokenTtlMs'>;

/** Who may enter which room. */
export interface TokenFor {
  /** LiveKit's name of it. */
  readonly room: string;
  readonly identity: string;
  readonly name: string;
}

/**
 * Signs a LiveKit token: one room, one identity, publish, subscribe and data, nothing else. The identity alone says who
 * it is; nobody may change it.
 */
export async function signToken(config: SigningSettings, who: TokenFor): Promise<string> {
  const token = new AccessToken(config.livekitApiKey, config.livekitApiSecret, {
    identity: who.identity,
    name: who.name,
    ttl: Math.ceil(config.tokenTtlMs / 1000),
  });
  token.addGrant({
    roomJoin: true,
    room: who.room,
    canPublish: true,
    canSubscribe: true,
    canPublishData: true,
  });
  return await token.toJwt();
}

/**
 * Signs the token of a recorder: it sees and hears, nobody sees it, and it is no person (PRES-R8). Good for a minute, since it
 * comes in at once; LiveKit itself renews it then.
 */
export async function signRecorderToken(
  config: SigningSettings,
  { room, identity }: Pick<TokenFor, 'room' | 'identity'>,
): Promise<string> {
  const token = new AccessToken(config.livekitApiKey, config.livekitApiSecret, { identity, ttl: 60 });
  const only = { canPublish: false, canPublishData: false, hidden: true, recorder: true };
  token.addGrant({ roomJoin: true, room, canSubscribe: true, ...only });
  return await token.toJwt();
}
