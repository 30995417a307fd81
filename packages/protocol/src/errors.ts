/** When it makes sense to send the same request again. */
export type Retry = 'never' | 'after-fix' | 'later';

/** One row of the table of errors: what HTTP says, and whether to try again. */
export interface ErrorKind {
  readonly status: number;
  readonly title: string;
  readonly retry: Retry;
}

/** Every error that Latido answers with, by its code. HTTP carries them as `application/problem+json` (RFC 9457). */
export const ERRORS = {
  'request.invalid': { status: 400, title: 'The request is not valid', retry: 'after-fix' },
  'request.malformed_json': { status: 400, title: 'The body is not JSON', retry: 'after-fix' },
  'request.too_large': { status: 413, title: 'The body is too large', retry: 'after-fix' },
  'request.headers_too_large': {
    status: 431,
    title: 'Address and headers are too large',
    retry: 'after-fix',
  },
  'request.timeout': { status: 408, title: 'The request did not arrive in time', retry: 'later' },
  'request.unsupported_type': {
    status: 415,
    title: 'This content type is not supported',
    retry: 'after-fix',
  },
  'request.rate_limited': { status: 429, title: 'Too many requests', retry: 'later' },
  'route.not_found': { status: 404, title: 'Nothing was found here', retry: 'never' },
  'auth.required': { status: 401, title: 'Sign in first', retry: 'after-fix' },
  'auth.refused': { status: 401, title: 'The sign-in was refused', retry: 'after-fix' },
  'auth.forbidden': { status: 403, title: 'Not allowed', retry: 'never' },
  'auth.keys_unavailable': { status: 503, title: 'The keys of your system cannot be read', retry: 'later' },
  'auth.origin_refused': { status: 403, title: 'This origin is not on the list', retry: 'never' },
  'webhook.signature': { status: 401, title: 'The signature is not valid', retry: 'after-fix' },
  'webhook.address': { status: 403, title: 'This address may not send webhooks', retry: 'after-fix' },
  'webhook.not_stored': { status: 503, title: 'The event could not be stored', retry: 'later' },
  'person.not_found': { status: 404, title: 'No such person', retry: 'never' },
  'password.weak': { status: 400, title: 'This password is easy to guess', retry: 'after-fix' },
  'person.last_admin': { status: 409, title: 'Somebody must remain admin', retry: 'after-fix' },
  'person.exists': { status: 409, title: 'This e-mail is taken', retry: 'after-fix' },
  'room.forbidden': { status: 403, title: 'This room is not open to you', retry: 'never' },
  'room.not_found': { status: 404, title: 'No such room', retry: 'never' },
  'call.not_found': { status: 404, title: 'No such call', retry: 'never' },
  'call.not_yours': { status: 403, title: 'This call is between other people', retry: 'never' },
  'message.not_found': { status: 404, title: 'No such message', retry: 'never' },
  'message.unchangeable': { status: 409, title: 'This message stays as it is', retry: 'never' },
  'call.elsewhere': { status: 409, title: 'You are in another call', retry: 'later' },
  'call.ended': { status: 409, title: 'The call has ended', retry: 'never' },
  'person.blocked': { status: 403, title: 'You two do not meet', retry: 'never' },
  'offer.not_found': { status: 404, title: 'No such offer', retry: 'never' },
  'offer.over': { status: 409, title: 'This offer is over', retry: 'never' },
  'matching.no_call': { status: 409, title: 'There is no call to go on from', retry: 'never' },
  'rating.not_met': { status: 409, title: 'You two did not meet in this call', retry: 'never' },
  'rating.given': { status: 409, title: 'This call is rated already', retry: 'never' },
  'report.not_found': { status: 404, title: 'No such report', retry: 'never' },
  'balance.insufficient': { status: 402, title: 'Not enough coins', retry: 'after-fix' },
  'debtor.not_found': { status: 404, title: 'No such debtor', retry: 'never' },
  'credit.not_found': { status: 404, title: 'No such credit', retry: 'never' },
  'credit.not_yours': { status: 403, title: 'Another collector has this credit', retry: 'never' },
  'credit.closed': { status: 409, title: 'This credit is closed', retry: 'never' },
  'import.not_found': { status: 404, title: 'No such import', retry: 'never' },
  'import.not_done': { status: 409, title: 'There is nothing to undo', retry: 'never' },
  'import.not_reading': { status: 409, title: 'There is nothing to cancel', retry: 'never' },
  'import.in_use': { status: 409, title: 'Something was built on this import since', retry: 'never' },
  'payment.not_found': { status: 404, title: 'No such payment', retry: 'never' },
  'pack.not_found': { status: 404, title: 'No such pack', retry: 'never' },
  'topup.not_found': { status: 404, title: 'No such top-up', retry: 'never' },
  'topup.unavailable': { status: 503, title: 'Coins cannot be bought now', retry: 'later' },
  'refund.too_much': { status: 409, title: 'So much of this call does not stand', retry: 'after-fix' },
  'payout.not_found': { status: 404, title: 'No such payout', retry: 'never' },
  'payout.refused': { status: 409, title: 'This step cannot follow', retry: 'never' },
  'earnings.insufficient': { status: 402, title: 'Not enough earned', retry: 'after-fix' },
  'payment.reversed': { status: 409, title: 'This payment was taken back already', retry: 'never' },
  'external_id.taken': { status: 409, title: 'This external id is taken', retry: 'after-fix' },
  'plan.changed': { status: 409, title: 'This plan was written by somebody else just now', retry: 'later' },
  'plan.not_found': { status: 404, title: 'No such price plan', retry: 'never' },
  'offering.not_found': { status: 404, title: 'No such offering', retry: 'never' },
  'booking.not_found': { status: 404, title: 'No such session', retry: 'never' },
  'booking.in_past': { status: 409, title: 'This time is over', retry: 'after-fix' },
  'booking.taken': { status: 409, title: 'This time is taken', retry: 'after-fix' },
  'booking.not_offered': { status: 409, title: 'This time is not offered', retry: 'after-fix' },
  'booking.not_started': { status: 403, title: 'The session has not begun', retry: 'later' },
  'booking.too_early': { status: 409, title: 'It is too early to start', retry: 'later' },
  'booking.over': { status: 409, title: 'The session is over', retry: 'never' },
  'booking.not_over': { status: 409, title: 'The session is not over yet', retry: 'later' },
  'booking.full': { status: 409, title: 'The session is full', retry: 'later' },
  'guest.link_invalid': { status: 404, title: 'This link is not good', retry: 'never' },
  'lobby.not_admitted': { status: 403, title: 'The host has not let you in', retry: 'later' },
  'lobby.refused': { status: 403, title: 'The host does not let you in', retry: 'never' },
  'lobby.locked': { status: 403, title: 'The host has locked the session', retry: 'later' },
  'lobby.not_found': { status: 404, title: 'Nobody waits under this id', retry: 'never' },
  'notes.closed': { status: 403, title: 'These notes are not open to you any more', retry: 'never' },
  'notes.read_only': { status: 403, title: 'You may read these notes', retry: 'never' },
  'notes.invalid': { status: 400, title: 'This is no change of notes', retry: 'never' },
  'notes.too_large': { status: 413, title: 'The change is too large', retry: 'after-fix' },
  'notes.full': { status: 413, title: 'The notes are full', retry: 'after-fix' },
  'notes.version_not_found': { status: 404, title: 'No such version', retry: 'never' },
  'recording.not_found': { status: 404, title: 'No such recording', retry: 'never' },
  'recording.not_ready': { status: 409, title: 'The file is not there yet', retry: 'later' },
  'recording.not_now': { status: 409, title: 'There is nothing to record now', retry: 'later' },
  'recording.goes_on': { status: 409, title: 'This call is recorded already', retry: 'never' },
  'recording.over': { status: 409, title: 'This recording is over', retry: 'never' },
  'recording.range': { status: 416, title: 'The file has no such bytes', retry: 'after-fix' },
  'recording.busy': { status: 503, title: 'So many recordings at once are not made', retry: 'later' },
  'recording.unavailable': { status: 503, title: 'Nothing can be recorded here', retry: 'after-fix' },
  'recording.disk_full': { status: 507, title: 'There is no room for a recording', retry: 'after-fix' },
  'file.not_found': { status: 404, title: 'No such file', retry: 'never' },
  'file.too_large': { status: 413, title: 'The file is too large', retry: 'after-fix' },
  'file.empty': { status: 400, title: 'The file is empty', retry: 'after-fix' },
  'file.type_mismatch': { status: 415, title: 'The file is not what its name says', retry: 'after-fix' },
  'file.too_many': { status: 409, title: 'You have sent so much already', retry: 'after-fix' },
  'file.broken_off': { status: 400, title: 'The file did not arrive whole', retry: 'later' },
  'file.range': { status: 416, title: 'The file has no such bytes', retry: 'after-fix' },
  'file.store_unavailable': { status: 503, title: 'Files cannot be stored or read now', retry: 'later' },
  'file.store_full': { status: 507, title: 'There is no room for a file', retry: 'later' },
  'idempotency.mismatch': { status: 409, title: 'This key was used for another body', retry: 'after-fix' },
  'channel.forbidden': { status: 403, title: 'This channel is not open to you', retry: 'never' },
  'push.endpoint_refused': { status: 400, title: 'Nothing is sent there', retry: 'after-fix' },
  'push.not_found': { status: 404, title: 'No such device', retry: 'never' },
  'cursor.invalid': { status: 400, title: 'The cursor is not valid', retry: 'after-fix' },
  'server.starting': { status: 503, title: 'The server is starting', retry: 'later' },
  'livekit.unavailable': { status: 503, title: 'The media server does not answer', retry: 'later' },
  'channel.unjudged': { status: 503, title: 'Your own system cannot be asked', retry: 'later' },
  'nodes.unavailable': { status: 503, title: 'The other nodes cannot be asked', retry: 'later' },
  'database.unavailable': { status: 503, title: 'The database does not answer', retry: 'later' },
  'internal.unexpected': { status: 500, title: 'Something went wrong on our side', retry: 'later' },
} as const satisfies Record<string, ErrorKind>;

/** The code of an error, e.g. `call.not_found`. */
export type ErrorCode = keyof typeof ERRORS;

/** The body of an `application/problem+json` answer. */
export interface Problem {
  /** Where the error is explained. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ErrorCode;
  /** What was seen, what was expected, what to do. */
  readonly detail: string;
  readonly requestId: string;
  readonly retry: Retry;
}
