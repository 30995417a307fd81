import { pino, type Logger } from 'pino';

/** JSON lines: a constant message, fields for values; never a name, a token or metadata. */
export type Log = Logger;

/** Paths that never reach the log, whoever forgets. */
const SECRET = ['req.headers.authorization', 'req.headers.cookie', '*.password', '*.token', '*.secret'];

/** A log on standard output at a level of pino's (`debug`, `info`, `warn`, `error`, `silent`). */
export function createLog(level: string): Log {
  return pino({ level, base: null, redact: { paths: SECRET, censor: '[secret]' } });
}

/** A log that says nothing. */
export const silentLog: Log = pino({ level: 'silent' });
