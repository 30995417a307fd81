import { pino, type DestinationStream, type Logger } from 'pino';

/** JSON lines: a constant message, fields for values; never a name, a token or metadata. */
export type Log = Logger;

/** Paths that never reach the log, whoever forgets. */
const SECRET = ['req.headers.authorization', 'req.headers.cookie', '*.password', '*.token', '*.secret'];

/**
 * What is told of an error besides its words. All else that libraries hang on theirs stays away: a database's has the row that
 * did not fit and the parameters, Redis' the command, a provider's the request with its headers.
 */
const OF_ERRORS = [
  'code',
  'status',
  'statusCode',
  'errno',
  'syscall',
  'severity',
  'constraint',
  'schema',
  'table',
  'column',
  'routine',
  'requestId',
];

/** How deep causes and the errors of an aggregate are told. */
const DEEP_MAX = 5;

/** An error as the log has it. */
function toldOf(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return error;
  const all = error as Error & { errors?: unknown } & Record<string, unknown>;
  const plain = OF_ERRORS.filter((key) => ['string', 'number'].includes(typeof all[key]));
  const { cause, errors } = all;
  const isDeeper = depth < DEEP_MAX;
  return {
    type: error.name,
    message: error.message,
    stack: error.stack,
    ...Object.fromEntries(plain.map((key) => [key, all[key]])),
    ...(cause instanceof Error && isDeeper ? { cause: toldOf(cause, depth + 1) } : {}),
    ...(Array.isArray(errors) && isDeeper ? { errors: errors.map((one) => toldOf(one, depth + 1)) } : {}),
  };
}

/** A log at a level of pino's (`debug`, `info`, `warn`, `error`, `silent`), on standard output unless `to` says otherwise. */
export function createLog(level: string, to?: DestinationStream): Log {
  const options = {
    level,
    base: null,
    redact: { paths: SECRET, censor: '[secret]' },
    serializers: { err: toldOf },
  };
  return to ? pino(options, to) : pino(options);
}

/** A log that says nothing. */
export const silentLog: Log = pino({ level: 'silent' });
