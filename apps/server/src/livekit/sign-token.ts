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
