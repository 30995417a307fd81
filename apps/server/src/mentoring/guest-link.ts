import { z } from 'zod';
import type { Config } from '../platform/index.ts';
import { problem } from '../platform/index.ts';
import { seal, unseal } from '../presence/index.ts';

/** What a link says: the session, and when the link was made (epoch ms). Whether it still is the newest one is asked of the session. */
const Claims = z.object({ bookingId: z.string(), linkAt: z.number().int() });
/** @see Claims */
export type GuestLink = z.infer<typeof Claims>;

type Sealing = Pick<Config, 'authSecret'>;

/** Longer than any session lies ahead; what ends a link is its session. */
const LINK_TTL_MS = 800 * 86_400_000;
/** A dot at the end of an address is taken for the name of a file. */
const [SEALED, IN_ADDRESS] = ['.', '~'] as const;

/** The link of a session, as it stands behind `/s/`: the same for as long as it is good. */
export function linkOf({ authSecret }: Sealing, { bookingId, linkAt }: GuestLink): string {
  const claims = { bookingId, linkAt } satisfies GuestLink;
  const sealed = seal(authSecret, 'guest-link', { claims, expiresAt: linkAt + LINK_TTL_MS });
  return sealed.replace(SEALED, IN_ADDRESS);
}

/** What a link says. @throws guest.link_invalid when we have not made it so */
export function readLink({ authSecret }: Sealing, { link, now }: { link: string; now: number }): GuestLink {
  const text = link.replace(IN_ADDRESS, SEALED);
  const claims = Claims.safeParse(unseal(authSecret, 'guest-link', { text, now }));
  if (!claims.success) throw noLink();
  return claims.data;
}

/** The answer to a link that is forged or withdrawn: which of them nobody learns. */
export function noLink(): Error {
  return problem(
    'guest.link_invalid',
    'This link is not good, or was withdrawn. Ask the host for another one.',
  );
}
