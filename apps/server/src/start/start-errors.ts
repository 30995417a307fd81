import {
  AppError,
  ConfigError,
  FolderError,
  LockedError,
  messageOf,
  MigrationError,
  type Env,
} from '../platform/index.ts';

/** Something that the person at the terminal can put right; one sentence, no stack. */
export class StartError extends Error {
  override name = 'StartError';
}

/**
 * What to tell the person at the terminal about a start, or a command, that failed: a sentence that names what to do
 * and no secret. Undefined for faults of ours, which need their stack.
 */
export function wordsFor(error: unknown, env: Env): string | undefined {
  const ofPostgres = env['DATABASE_URL'] ? wordsOfPostgres(error, env['DATABASE_URL']) : undefined;
  const words = ofPostgres ?? wordsOfListening(error);
  if (words) return words;
  if (error instanceof AppError) return error.detail;
  const isForPeople =
    error instanceof StartError ||
    error instanceof ConfigError ||
    error instanceof FolderError ||
    error instanceof LockedError ||
    error instanceof MigrationError;
  return isForPeople ? error.message : undefined;
}

function wordsOfListening(error: unknown): string | undefined {
  const { code, syscall, port, address } = (error ?? {}) as NodeJS.ErrnoException & {
    port?: number;
    address?: string;
  };
  if (syscall !== 'listen' && syscall !== 'getaddrinfo') return undefined;
  if (code === 'EADDRINUSE')
    return `The port ${port} is taken by another program: end it, or set PORT to another one.`;
  if (code === 'EACCES') return `The port ${port} is only for root here: set PORT to one above 1023.`;
  if (code === 'EADDRNOTAVAIL') return `This machine has no address ${address}: change LATIDO_HOST.`;
  return syscall === 'getaddrinfo' ? `LATIDO_HOST is no address of this machine (${code}).` : undefined;
}

/** Errors of the network and of a Postgres that takes nobody (SQLSTATE 08, 57P, 53300). */
const SILENT = /^(E[A-Z_]+|08\w{3}|57P\w{2}|53300)$/;

/** SQLSTATEs that say that the address in DATABASE_URL is not right. */
const REFUSALS: Readonly<Record<string, (at: Place) => string>> = {
  '28P01': ({ host, user }) => `The Postgres at ${host} refuses the password of the user ${user}.`,
  '28000': ({ host, user }) => `The Postgres at ${host} does not let the user ${user} in.`,
  '3D000': ({ host, database }) => `The Postgres at ${host} has no database ${database}: create it.`,
  '42501': ({ host, user, database }) =>
    `The user ${user} may not make schemas at ${host}: grant all on database ${database} to ${user}.`,
};

/** Where a database is, and who asks. */
export interface Place {
  host: string;
  user: string;
  database: string;
}

function wordsOfPostgres(error: unknown, url: string): string | undefined {
  const cause = error instanceof AppError && error.code === 'database.unavailable' ? error.cause : error;
  if (cause === undefined) return undefined;
  const { code = '' } = cause as { code?: string };
  const place = placeOf(url);
  const refusal = REFUSALS[code];
  if (refusal) return `${refusal(place)} (DATABASE_URL)`;
  if (error instanceof AppError && error.code === 'database.unavailable') {
    const why = SILENT.test(code) ? code : messageOf(cause);
    return `No Postgres answers at ${place.host} (${why}): start it, or change DATABASE_URL.`;
  }
  return undefined;
}

/** Where a DATABASE_URL leads, without its password. */
export function placeOf(text: string): Place {
  if (!URL.canParse(text)) return { host: 'this machine', user: 'of that address', database: 'of that name' };
  const { host, searchParams, username, pathname } = new URL(text);
  return {
    host: host || (searchParams.get('host') ?? 'localhost'),
    user: plain(username) || 'without a name',
    database: plain(pathname.slice(1) || username),
  };
}

/** A part of an address as it was meant. */
function plain(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
