/** What went wrong, by the page and by the code of the table of errors. */
export const errors = {
  title: 'This could not be loaded',
  network: 'The server cannot be reached. Check your connection.',
  unexpected: 'Something went wrong on our side. Try again in a moment.',
  signIn: 'Sign in to see this page.',
  forbidden: 'Your account does not have access to this page.',
  /** By the code of the table of errors, for where the server's own sentence is not shown. */
  codes: {
    credit: {
      closed: 'This credit is closed already.',
      not_found: 'This credit does not exist.',
      not_yours: 'Another collector has this credit.',
    },
    debtor: {
      not_found: 'This debtor does not exist.',
    },
    pack: { not_found: 'This pack is not offered any more.' },
    topup: {
      not_found: 'This top-up does not exist, or it is not yours.',
      unavailable: 'Coins cannot be bought at the moment. Nothing was taken.',
    },
    refund: { too_much: 'So many coins of this call cannot be given back any more.' },
    payout: {
      not_found: 'This payout does not exist.',
      refused: 'This payout has gone further in the meantime.',
    },
    earnings: { insufficient: 'Not so many coins can be paid out now.' },
    import: {
      not_found: 'This import does not exist.',
      not_done: 'There is nothing to undo.',
      in_use: 'Something was built on this import since: it cannot be undone.',
    },
    payment: {
      not_found: 'This payment does not exist.',
      reversed: 'This payment has already been reversed.',
    },
    external_id: {
      taken: 'This id of your system is in use already.',
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
    webhook: {
      signature: 'The signature is not valid.',
      address: 'Webhooks may not come from this address.',
      not_stored: 'The event could not be saved. It will be sent again.',
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
    offering: { not_found: 'There is no such offering any more.' },
    booking: {
      not_found: 'There is no such session, or it is not yours.',
      in_past: 'This time is over. Choose one that lies ahead.',
      taken: 'This time is taken. Choose another one.',
      not_offered: 'This time is not offered. Choose one of those shown.',
      not_started: 'The session has not begun yet.',
      too_early: 'It is too early to start this session.',
      not_over: 'The session is not over yet.',
      over: 'This session is over.',
    },
    lobby: {
      not_admitted: 'Wait until the host lets you in.',
      refused: 'The host does not let you in.',
      locked: 'The host has locked this session.',
      not_found: 'Nobody waits there any more.',
    },
    notes: {
      closed: 'You are no longer of this session.',
      read_only: 'You may read these notes, not change them.',
      invalid: 'This is no change of notes.',
      too_large: 'This change is larger than 1 MB. Paste it in parts.',
      full: 'The notes have grown to 8 MB. Take something out first.',
      version_not_found: 'This version is gone.',
    },
    recording: {
      busy: 'As many recordings are being made as this server can make. Ask again in a while.',
      disk_full: 'The server has no room for a recording.',
      goes_on: 'This call is being recorded already.',
      not_found: 'This recording is gone.',
      not_now: 'Come into the call first.',
      not_ready: 'The recording is not ready yet.',
      over: 'This recording is over.',
      range: 'The recording has no such place.',
      unavailable: 'Nothing can be recorded here: the server lacks ffmpeg.',
    },
    matching: { no_call: 'You are in no call.' },
    rating: { not_met: 'You two did not meet in this call.', given: 'You have rated this call already.' },
    report: { not_found: 'This report does not exist, or is closed.' },
    plan: {
      not_found: 'This price does not exist.',
    },
    idempotency: {
      mismatch: 'This was already sent with different content. Reload the page.',
    },
    channel: {
      forbidden: 'This channel is not open to you.',
      unjudged: 'Your own system does not say who may join this channel. Try again in a moment.',
    },
    push: {
      endpoint_refused: 'Nothing is sent to this address.',
      not_found: 'This device is not on the list any more.',
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
