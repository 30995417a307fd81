import { createHmac, timingSafeEqual } from 'node:crypto';
import { cookies } from 'next/headers';

/** Somebody of this app: `id` is the external id by which Latido knows them. */
export interface Person {
  readonly id: string;
  readonly name: string;
}

/**
 * Stands where your accounts stand. There is no password here, so the example listens on this machine alone (`package.json`):
 * put your own sign-in in the place of this file before you show it to anybody.
 */
export const PEOPLE: readonly Person[] = [
  { id: '4711', name: 'Rosa' },
  { id: '4712', name: 'Tomás' },
];

const COOKIE = 'example-session';
const LASTS_S = 8 * 60 * 60;

/** Who sent this request, by the cookie that we signed; null for anybody else, and when its time is over. */
export async function signedIn(): Promise<Person | null> {
  const [id = '', until = '', mac = ''] = (await cookies()).get(COOKIE)?.value.split('.') ?? [];
  if (!isSame(mac, macOf(id, until)) || Number(until) < Date.now()) return null;
  return PEOPLE.find((person) => person.id === id) ?? null;
}

export async function keepSession({ id }: Person): Promise<void> {
  const until = String(Date.now() + LASTS_S * 1000);
  // Lax: a form on another site cannot post with it.
  const options = { httpOnly: true, sameSite: 'lax', path: '/', maxAge: LASTS_S } as const;
  (await cookies()).set(COOKIE, `${id}.${until}.${macOf(id, until)}`, options);
}

export async function endSession(): Promise<void> {
  (await cookies()).delete(COOKIE);
}

function macOf(id: string, until: string): string {
  const { SESSION_SECRET = '' } = process.env;
  if (SESSION_SECRET.length < 32) throw new Error('SESSION_SECRET needs 32 characters or more: see README.md.');
  return createHmac('sha256', SESSION_SECRET).update(`${id}.${until}`).digest('hex');
}

function isSame(given: string, right: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
