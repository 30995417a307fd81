import { createHmac, timingSafeEqual } from 'node:crypto';
import { ParticipantInfo_Kind, ParticipantPermission, TrackSource } from '@livekit/protocol';
import type { JoinFields } from './rooms.ts';

/** LiveKit's leeway for the times in a token. */
const LEEWAY_MS = 60_000;

/** The grants of a token that the fake looks at. */
export interface VideoClaims {
  room?: string;
  roomJoin?: boolean;
  roomCreate?: boolean;
  roomList?: boolean;
  roomAdmin?: boolean;
  canPublish?: boolean;
  canPublishSources?: string[];
  canSubscribe?: boolean;
  canPublishData?: boolean;
  canUpdateOwnMetadata?: boolean;
  hidden?: boolean;
  recorder?: boolean;
  agent?: boolean;
}

/** A verified access token. */
export interface Claims {
  iss?: string;
  sub?: string;
  nbf?: number;
  exp?: number;
  name?: string;
  kind?: string;
  metadata?: string;
  attributes?: Record<string, string>;
  video?: VideoClaims;
}

/** The pair that signs and verifies. */
export interface KeyPair {
  apiKey: string;
  apiSecret: string;
}

/**
 * The claims of an access token, or undefined when it is not HS256 by our key and secret, or not of this time.
 * `nows` are the clocks that may judge (epoch ms): an SDK signs with the machine's even where the fake runs on a
 * virtual one, so either will do.
 */
export function verifyToken(token: string, keys: KeyPair, nows: readonly number[]): Claims | undefined {
  const [head, body, signature, ...rest] = token.split('.');
  if (!head || !body || !signature || rest.length > 0) return undefined;
  const wanted = createHmac('sha256', keys.apiSecret).update(`${head}.${body}`).digest();
  const given = Buffer.from(signature, 'base64url');
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return undefined;
  const header = parse(head) as { alg?: string } | undefined;
  const claims = parse(body) as Claims | undefined;
  if (header?.alg !== 'HS256' || claims?.iss !== keys.apiKey) return undefined;
  return nows.some((now) => isTimely(claims, now)) ? claims : undefined;
}

/** Who joins by this token. */
export function joinFieldsOf(claims: Claims): JoinFields {
  const fields: JoinFields = {
    identity: claims.sub ?? '',
    name: claims.name ?? '',
    metadata: claims.metadata ?? '',
    attributes: claims.attributes ?? {},
    permission: permissionOf(claims.video ?? {}),
  };
  const kind = claims.kind?.toUpperCase();
  if (kind && kind in ParticipantInfo_Kind) fields.kind = kind as keyof typeof ParticipantInfo_Kind;
  return fields;
}

function permissionOf(video: VideoClaims): ParticipantPermission {
  return new ParticipantPermission({
    canSubscribe: video.canSubscribe ?? true,
    canPublish: video.canPublish ?? true,
    canPublishData: video.canPublishData ?? video.canPublish ?? true,
    canPublishSources: (video.canPublishSources ?? []).map(
      (source) => TrackSource[source.toUpperCase() as keyof typeof TrackSource] ?? TrackSource.UNKNOWN,
    ),
    canUpdateMetadata: video.canUpdateOwnMetadata ?? false,
    hidden: video.hidden ?? false,
    recorder: video.recorder ?? false,
    agent: video.agent ?? false,
  });
}

function isTimely(claims: Claims, now: number): boolean {
  if (claims.exp === undefined || now > claims.exp * 1000 + LEEWAY_MS) return false;
  return claims.nbf === undefined || now >= claims.nbf * 1000 - LEEWAY_MS;
}

function parse(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString());
  } catch {
    return undefined;
  }
}
