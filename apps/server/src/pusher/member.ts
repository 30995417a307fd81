import { z } from 'zod';
import { isWhole } from '../platform/index.ts';
import { crossesApps, jsonOf } from '../realtime/index.ts';

/** Longest id of a member of a presence channel. */
export const MEMBER_ID_MAX = 128;
/** Largest `user_info` of one, in bytes of its JSON. */
const MEMBER_INFO_BYTES_MAX = 1024;

/** Most users that one sign-in may watch. */
const WATCHED_MAX = 100;

const isSmall = (json: string | null): boolean =>
  json !== null && Buffer.byteLength(json) <= MEMBER_INFO_BYTES_MAX;

/** What the members of a presence channel are told of each other. */
const memberInfo = z
  .unknown()
  .optional()
  .refine((given) => isSmall(jsonOf(given)), {
    message: 'user_info is larger than 1 KB',
  });

/** `channel_data` of a presence channel, once it is read. */
export const PresenceMember = z.object({
  user_id: z.union([z.string().min(1).max(MEMBER_ID_MAX).refine(isWhole), z.number()]).transform(String),
  user_info: memberInfo,
});

/** The id of a user; one that could be taken for another app's is refused. */
const userId = z
  .string()
  .min(1)
  .max(MEMBER_ID_MAX)
  .refine((id) => !crossesApps(id) && isWhole(id));

/** `user_data` of `pusher:signin`, once it is read. */
export const SignedInUser = z.object({
  id: userId,
  user_info: memberInfo,
  /** Users whose coming and going this one is told of. */
  watchlist: z.array(userId).max(WATCHED_MAX).default([]),
});
