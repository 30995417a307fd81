import { CALL_ATTRIBUTE, PERSON_ATTRIBUTE } from '@latido/core';
import { AccessToken } from 'livekit-server-sdk';
import type { Config } from '../platform/index.ts';

/** What a token is signed with. */
export type SigningSettings = Pick<Config, 'livekitApiKey' | 'livekitApiSecret' | 'tokenTtlMs'>;

/** Who may enter which room. */
export interface TokenFor {
  readonly roomName: string;
  readonly identity: string;
  readonly name: string;
  readonly personId: string;
  readonly callId: string | null;
}

/**
 * Signs a LiveKit token: one room, one identity, publish, subscribe and data, nothing else. What the webhooks are told
 * apart by stands in attributes, which a participant cannot change without a grant that is not given.
 */
export async function signToken(config: SigningSettings, who: TokenFor): Promise<string> {
  const token = new AccessToken(config.livekitApiKey, config.livekitApiSecret, {
    identity: who.identity,
    name: who.name,
    ttl: Math.ceil(config.tokenTtlMs / 1000),
    attributes: {
      [PERSON_ATTRIBUTE]: who.personId,
      ...(who.callId === null ? {} : { [CALL_ATTRIBUTE]: who.callId }),
    },
  });
  token.addGrant({
    roomJoin: true,
    room: who.roomName,
    canPublish: true,
    canSubscribe: true,
    canPublishData: true,
  });
  return await token.toJwt();
}
