import type { Operations } from './operation.ts';

const email = 'ana@example.com';
const password = 'a moon over the bay';

/** Accounts, people, coins, notices. */
export const PEOPLE_OPERATIONS: Operations = {
  'POST /api/auth/sign-up/email': {
    summary: 'Make an account',
    description: 'Signs in at once: a cookie is set, and the header `set-auth-token` has the bearer token.',
    errors: ['person.exists', 'password.weak'],
    body: { name: 'Ana', email, password, role: 'client' },
    as: 'nobody',
  },
  'POST /api/auth/sign-in/email': {
    summary: 'Sign in',
    description: 'Sets a cookie; programs take the bearer token from the header `set-auth-token`.',
    errors: ['auth.refused'],
    body: { email, password },
    as: 'nobody',
  },
  'POST /api/auth/change-password': {
    summary: 'Change your password',
    description: 'Ends every other session of yours; this one stays.',
    errors: ['auth.refused', 'password.weak'],
    body: { currentPassword: password, newPassword: 'another moon, another bay' },
  },
  'GET /api/auth/get-session': {
    summary: 'The session of this cookie or token',
    description: 'null where nobody is signed in.',
    as: 'nobody',
  },
  'GET /api/auth/list-sessions': {
    summary: 'Where you are signed in',
    description: 'One entry a browser or program.',
    as: 'payer',
  },
  'POST /api/auth/sign-out': {
    summary: 'Sign out',
    description: 'Ends this session and the sockets that hang on it.',
  },
  'POST /api/auth/revoke-sessions': {
    summary: 'Sign out everywhere',
    description: 'Ends every session of yours.',
  },
  'GET /api/v1/session': {
    summary: 'Who is signed in, if anybody',
    description: 'As /api/v1/me, but nobody is an answer and no error: for pages that are open to all.',
    as: 'nobody',
  },
  'GET /api/v1/me': {
    summary: 'Who you are',
    description: 'Name, address, roles and language.',
    as: 'payer',
  },
  'PATCH /api/v1/me': {
    summary: 'Change your name or language',
    description: 'What is left out stays.',
    body: { name: 'Ana', locale: 'es' },
    as: 'payer',
  },
  'POST /api/v1/api-keys': {
    summary: 'Make an API key',
    description: 'Shown this once. `admin` may do everything, the other scopes what their name says.',
    body: { name: 'reports', scopes: ['attendance:read'] },
    as: 'admin',
    status: 201,
  },
  'POST /api/v1/api-keys/{id}/rotate': {
    summary: 'Rotate an API key',
    description:
      'Another secret for the same key, shown this once; the old one is refused from the next request on. Client tokens that were made with it go on: where somebody else had the secret, revoke the key instead.',
    as: 'admin',
    params: { id: 'key' },
  },
  'GET /api/v1/api-keys': { summary: 'API keys', description: 'Never the keys themselves.', as: 'admin' },
  'DELETE /api/v1/api-keys/{id}': {
    summary: 'Revoke an API key',
    description:
      'It is refused from the next request on, and so is every client token that was made with it. Before you change keys, let your backend make its tokens with the new one.',
    as: 'admin',
    params: { id: 'key' },
    status: 204,
  },
  'GET /api/v1/people': { as: 'admin' },
  'GET /api/v1/people/{id}': { as: 'admin', params: { id: 'payer' } },
  'GET /api/v1/people/online': { as: 'payer' },
  'PATCH /api/v1/people/{id}': {
    errors: ['person.last_admin'],
    body: { roles: ['client'] },
    as: 'admin',
    params: { id: email },
  },
  'POST /api/v1/people/{id}/sign-out': { as: 'admin', params: { id: email } },
  'GET /api/v1/admin/service-levels': { as: 'admin' },
  'GET /api/v1/admin/audit': {
    summary: 'Whether the books are right',
    description: 'What `npx latido audit` prints: the sum of the ledger, and the first hundred differences.',
    as: 'admin',
  },
  'GET /api/v1/admin/webhooks': {
    summary: 'How LiveKit’s webhooks fare',
    description: 'Received by kind, refused, doubled, unreadable, and what LiveKit itself counted as sent.',
    as: 'admin',
  },
  'GET /api/v1/wallet': {
    summary: 'Your wallet',
    description: '`balance` is yours, `held` waits for a minute in progress, `available` can be spent.',
    as: 'payer',
  },
  'GET /api/v1/wallet/statement': {
    summary: 'What moved your wallet',
    description:
      'Newest first, each line with the balance after it; a line of a call names whom it was with. `format=csv` is the whole as a file, `format=pdf` the latest 2,000 lines to print, in your language, with times of `zone`.',
    as: 'payer',
  },
  'GET /api/v1/wallet/lots': { errors: ['cursor.invalid'], as: 'payer' },
  'GET /api/v1/wallet/requests': { as: 'payer' },
  'POST /api/v1/wallet/requests': { body: { memo: 'For Friday' }, as: 'payer', status: 201 },
  'POST /api/v1/wallets/{personId}/grants': {
    summary: 'Give coins',
    description:
      'For admins and managers. Send an `Idempotency-Key`: the same key with the same body is the same gift. The memo stands in the statement.',
    errors: ['idempotency.mismatch'],
    body: { coins: 50, kind: 'gift', memo: 'Welcome' },
    as: 'admin',
    params: { personId: 'payer' },
    status: 201,
  },
  'GET /api/v1/earnings': {
    summary: 'Your earnings',
    description:
      'The balance, what of it can be paid out now, and the latest entries; the statement has them all. `owed` is what was given back to payers after it had been paid out: the balance is below zero by it, nothing is available, and what is earned next settles it.',
    as: 'earner',
  },
  'GET /api/v1/earnings/statement': {
    summary: 'What moved your earnings',
    description:
      'As the statement of a wallet: your share of each unit, what was given back of it, and payouts, newest first, each line with the balance after it. `format=csv` is the whole as a file, `format=pdf` the latest 2,000 lines to print, in your language, with times of `zone`.',
    as: 'earner',
  },
  'GET /api/v1/earnings/hours': { as: 'earner' },
  'GET /api/status/updates': {
    summary: 'Your notices, by polling',
    description:
      'What you have not acknowledged; give `cursor` back as `after` and everything up to it is acknowledged. `reset` says that something may be missing.',
    errors: ['cursor.invalid'],
    as: 'payer',
  },
  'GET /api/v1/inbox': {
    summary: 'Your notices, waiting for new ones',
    description: 'As /api/status/updates; waits where there is nothing yet.',
    errors: ['cursor.invalid'],
  },
  'POST /api/v1/inbox/read': {
    summary: 'Mark notices as read',
    description: 'Those that were shown; reading is not acknowledging.',
    body: { upTo: '1.7' },
  },
  'GET /api/v1/inbox/notices': {
    summary: 'Your notices in words, the newest first',
    description:
      'For a page: `topic` and `unread` narrow, `locale` chooses the words. It delivers, reads and acknowledges nothing.',
    errors: ['cursor.invalid'],
    as: 'payer',
  },
  'GET /api/v1/inbox/count': {
    summary: 'How many notices are unread',
    description: 'For a badge.',
    as: 'payer',
  },
  'GET /api/v1/inbox/settings': {
    summary: 'What you do not want to be told',
    description: 'By type of notice and by way: `bell` (the count on pages), `push` (your devices).',
    as: 'payer',
  },
  'PUT /api/v1/inbox/settings': {
    summary: 'Mute types of notices',
    description: 'Takes the place of all mutes before. What is muted is in the inbox all the same.',
    body: { muted: [{ type: 'call.partner_joined', way: 'push' }] },
    as: 'payer',
  },
  'POST /api/v1/inbox/stream-ticket': {
    summary: 'A ticket for the stream',
    description: 'Opens one stream, once: EventSource sends no header.',
    as: 'payer',
  },
  'GET /api/v1/inbox/stream': {
    summary: 'Your notices as server-sent events',
    description: 'Goes on after `Last-Event-ID`. With a cookie, a bearer or a ticket.',
  },
  'GET /api/v1/push/key': {
    summary: 'The key that devices subscribe with',
    description: 'VAPID, for `applicationServerKey`. It stays the same as long as LATIDO_AUTH_SECRET does.',
    as: 'payer',
  },
  'GET /api/v1/push/subscriptions': {
    summary: 'Your devices that are told by push',
    description: 'The newest first.',
    as: 'payer',
  },
  'POST /api/v1/push/subscriptions': {
    summary: 'Have this device told by push',
    description:
      'The body is what the browser gives (`PushSubscription.toJSON()`). Sent again, it is the same device. Only what comes from now on ' +
      'goes there.',
    errors: ['push.endpoint_refused'],
    body: {
      endpoint: 'https://updates.push.services.mozilla.com/wpush/v2/example',
      keys: {
        p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
        auth: 'BTBZMqHH6r4Tts7J_aSIgg',
      },
    },
    as: 'payer',
    status: 201,
  },
  'DELETE /api/v1/push/subscriptions/{id}': {
    summary: 'Tell a device no more',
    errors: ['push.not_found'],
  },
  'GET /healthz': { summary: 'The process answers', description: 'For whoever restarts it.', as: 'nobody' },
  'GET /readyz': {
    summary: 'The server can work',
    description: '503 while the database is away or something is starting. Names what is stuck.',
    as: 'nobody',
  },
};
