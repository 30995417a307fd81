/** What went wrong, by the page and by the code of the table of errors. */
export const errors = {
  title: 'This could not be loaded',
  network: 'The server cannot be reached. Check your connection.',
  unexpected: 'Something went wrong on our side. Try again in a moment.',
  signIn: 'Sign in to see this page.',
  forbidden: 'Your account may not see this page.',
  /** By the code of the table of errors, for where the server's own sentence is not shown. */
  codes: {
    request: {
      invalid: 'What was sent does not fit. Check it and try again.',
      malformed_json: 'What was sent could not be read.',
      too_large: 'What was sent is too large.',
      headers_too_large: 'The address is too long.',
      timeout: 'The connection is too slow at this moment. Try again.',
      unsupported_type: 'This kind of content is not understood here.',
      rate_limited: 'Too many tries in a short time. Wait a minute.',
    },
    route: {
      not_found: 'There is nothing here.',
    },
    auth: {
      required: 'Sign in first.',
      refused: 'The sign-in was refused.',
      forbidden: 'Your account may not do this.',
      origin_refused: 'This page is not on the server’s list.',
    },
    webhook: {
      signature: 'The signature does not fit.',
      address: 'Webhooks may not come from this address.',
      not_stored: 'The event could not be kept. It comes again.',
    },
    password: {
      weak: 'Too many people use this password. Take another one.',
    },
    person: {
      not_found: 'There is no such person.',
      last_admin: 'Somebody must remain admin. Make another person one first.',
      exists: 'There is an account with this e-mail already.',
    },
    room: {
      forbidden: 'This room is not open to you.',
      not_found: 'There is no such room.',
    },
    call: {
      not_found: 'There is no such call.',
      not_yours: 'This call is between other people.',
      ended: 'This call has already ended.',
    },
    balance: {
      insufficient: 'Your balance does not cover the first unit of this call.',
    },
    plan: {
      not_found: 'There is no such price.',
    },
    idempotency: {
      mismatch: 'This was sent before with other content. Reload the page.',
    },
    channel: {
      forbidden: 'This channel is not open to you.',
    },
    cursor: {
      invalid: 'This list has moved on. Reload the page.',
    },
    livekit: {
      unavailable: 'The media server does not answer. Try again in a moment.',
    },
    database: {
      unavailable: 'The database does not answer. Try again in a moment.',
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
