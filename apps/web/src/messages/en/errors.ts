/** What went wrong, by the page and by the code of the table of errors; what only rare pages tell of is in rare-errors.ts. */
export const errors = {
  title: 'This could not be loaded',
  network: 'The server cannot be reached. Check your connection.',
  unexpected: 'Something went wrong on our side. Try again in a moment.',
  signIn: 'Sign in to see this page.',
  forbidden: 'Your account does not have access to this page.',
  /** By the code of the table of errors, for where the server's own sentence is not shown. */
  codes: {
    pack: { not_found: 'This pack is not offered any more.' },
    topup: {
      not_found: 'This top-up does not exist, or it is not yours.',
      unavailable: 'Coins cannot be bought at the moment. Nothing was taken.',
    },
    request: {
      invalid: 'Some of this is not valid. Check it and try again.',
      malformed_json: 'What was sent could not be read.',
      too_large: 'What was sent is too large.',
      headers_too_large: 'The address is too long.',
      timeout: 'The connection is too slow right now. Try again.',
      unsupported_type: 'This type of content is not supported.',
      rate_limited: 'Too many attempts. Wait a minute and try again.',
    },
    route: {
      not_found: 'Nothing was found here.',
    },
    auth: {
      required: 'Sign in first.',
      refused: 'The sign-in was refused.',
      forbidden: 'Your account is not allowed to do this.',
      keys_unavailable: 'The keys that prove your sign-in cannot be read right now. Try again in a moment.',
      origin_refused: 'The server does not accept requests from this page.',
    },
    password: {
      weak: 'This password is too common. Choose another one.',
    },
    person: {
      blocked: 'You two cannot have a call with each other.',
      not_found: 'This person does not exist.',
      last_admin: 'There must always be an admin. Make someone else an admin first.',
      exists: 'There is already an account with this e-mail.',
    },
    room: {
      forbidden: 'This room is not open to you.',
      not_found: 'This room does not exist.',
    },
    message: {
      not_found: 'This message does not exist.',
      unchangeable: 'This message stays as it is: only who wrote it changes it, within five minutes.',
    },
    call: {
      elsewhere: 'You are in another call: hang up there first.',
      not_found: 'This call does not exist.',
      not_yours: 'This call is between other people.',
      ended: 'This call has already ended.',
    },
    balance: {
      insufficient: 'Your balance does not cover the first unit of this call.',
    },
    offer: {
      not_found: 'This offer does not exist, or is not yours.',
      over: 'This offer is over. You keep your place for the next one.',
    },
    lobby: {
      not_admitted: 'Wait until the host lets you in.',
      refused: 'The host does not let you in.',
      locked: 'The host has locked this session.',
      not_found: 'Nobody waits there any more.',
    },
    matching: { no_call: 'You are in no call.' },
    rating: { not_met: 'You two did not meet in this call.', given: 'You have rated this call already.' },
    idempotency: {
      mismatch: 'This was already sent with different content. Reload the page.',
    },
    channel: {
      forbidden: 'This channel is not open to you.',
      unjudged: 'Your own system does not say who may join this channel. Try again in a moment.',
    },
    cursor: {
      invalid: 'This list has changed. Reload the page.',
    },
    livekit: {
      unavailable: 'The media server is not responding. Try again in a moment.',
    },
    database: {
      unavailable: 'The database is not responding. Try again in a moment.',
    },
    server: {
      starting: 'The server is starting. Try again in a moment.',
    },
    nodes: {
      unavailable: 'The servers cannot reach each other. Try again in a moment.',
    },
    internal: {
      unexpected: 'Something went wrong on our side. Try again in a moment.',
    },
  },
};
