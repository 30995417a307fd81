import type { Operations } from './operation.ts';

const id = { id: 'call' };
const room = { name: 'standup' };

/** Calls, their money, attendance, tokens, doors. */
export const CALL_OPERATIONS: Operations = {
  'POST /api/v1/calls': {
    summary: 'Call a person',
    description:
      'By id or e-mail. Who pays follows from the roles; coins for the first minute are held, and the other is told by `call.invited`. Asked again while it waits, it is the same call. Who is in a call of matching calls nobody else.',
    errors: [
      'balance.insufficient',
      'person.not_found',
      'plan.not_found',
      'idempotency.mismatch',
      'call.elsewhere',
    ],
    body: { with: 'earner@demo.test' },
    as: 'payer',
    status: 201,
  },
  'GET /api/v1/calls': {
    summary: 'Calls, the newest first',
    description:
      'Your own; managers, admins and keys with `calls:read` see all, and their own alone with `mine=true`. By room, status and whether they met.',
    errors: ['cursor.invalid'],
    as: 'payer',
  },
  'GET /api/v1/calls/sum': {
    summary: 'How many calls you had since an instant',
    description:
      'Your own, made since `from` (31 days back at most; without it, in the last 24 hours), in which you met, and the time together in them: what the meters say, so nothing of calls without one.',
    as: 'earner',
  },
  'GET /api/v1/calls/{id}': {
    summary: 'One call',
    description:
      'Status, people, who ended it and why, time together, coins, and the meter as you may see it.',
    as: 'payer',
    params: id,
  },
  'GET /api/v1/calls/{id}/meter': {
    summary: 'The meter of a call',
    description:
      'At this instant. Count on from `asOfAt` only while `running`. In a group each who pays reads their own, who earns the sum.',
    as: 'payer',
    params: id,
  },
  'GET /api/v1/calls/{id}/charges': {
    summary: 'What a call cost, unit by unit',
    description:
      'Each unit once, with the instant at which it fell due. Until `settled` more may follow. In a group: your own, or those of `payerId`.',
    as: 'payer',
    params: id,
  },
  'GET /api/v1/calls/{id}/receipt': {
    summary: 'The receipt of a call',
    description:
      'Price and rule, lines, billed stretches and pauses; of what the desk gave back why, and to staff by whom. In a group where each pays: your own; who earns, and the desk, name whose with `payerId`.',
    as: 'payer',
    params: id,
  },
  'GET /api/v1/calls/{id}/receipts': {
    summary: 'The receipts of a call',
    description:
      'One of each who pays, as far as you may read them: your own, or all for who earns and for the desk.',
    as: 'payer',
    params: id,
  },
  'GET /api/v1/calls/{id}/attendance': {
    summary: 'Who was in a call, how long',
    description:
      'JSON, a line of it for each person with `format=ndjson`, a spreadsheet with `format=xlsx`, a page to print with `format=pdf` (in your language, with times of `zone`), or CSV with `format=csv` (`excel=true`: with a byte order mark).',
    as: 'payer',
    params: id,
  },
  'GET /api/v1/calls/{id}/intervals': {
    summary: 'Connections to a call',
    description: 'Joined to left of each, with the reasons: what attendance and money are reckoned from.',
    as: 'payer',
    params: id,
  },
  'GET /api/v1/calls/{id}/facts': {
    summary: 'Everything that was said of a call',
    description: 'In the order of the log: webhooks, browsers, proofs of life, polls, verdicts.',
    errors: ['cursor.invalid'],
    as: 'payer',
    params: id,
  },
  'GET /api/v1/admin/live-calls': {
    summary: 'The calls of this moment',
    description: 'With every connection. For managers and admins.',
    as: 'admin',
  },
  'GET /api/v1/calls/{id}/ringing': {
    summary: 'Whether it rings at who is called',
    description:
      'Whether a page of theirs is open, and until when the call waits for an answer. For the people of the call, managers and admins.',
    errors: ['call.not_found'],
    as: 'payer',
    params: id,
  },
  'POST /api/v1/calls/{id}/remove': { body: { identity: 'person_01…' } },
  'POST /api/v1/calls/{id}/end': {
    summary: 'Hang up',
    description:
      'One of its people hangs up; a manager or an admin ends it for them. Ending twice is ending once.',
    as: 'payer',
    params: id,
  },
  'DELETE /api/v1/calls/{id}': {
    summary: 'Hang up',
    description: 'The same as POST …/end.',
    as: 'payer',
    params: id,
  },
  'POST /api/v1/connection-tests': {
    summary: 'Keep what a connection test found',
    description:
      'A step each: camera, microphone, signalling, UDP, publish, subscribe, TCP. It is kept with the calls of the next day.',
    body: { steps: [{ step: 'udp', passed: false, code: 'not_reached', ms: 8_000 }] },
    as: 'payer',
    status: 201,
  },
  'GET /api/v1/connection-tests': { summary: 'Your connection tests', as: 'payer' },
  'GET /api/v1/calls/{id}/connection-tests': {
    summary: 'Connection tests before a call',
    description: 'The last one of each of its people. One’s own; managers and admins see both.',
    errors: ['call.not_found'],
    as: 'payer',
    params: id,
  },
  'GET /api/v1/plans': {
    summary: 'Price plans',
    description: 'That calls may use; `with` narrows to those for one person. The first is the usual one.',
    as: 'payer',
  },
  'PUT /api/v1/plans': {
    summary: 'Choose which plans are offered',
    description: 'For calls with one person, or with everybody of whom nothing else is said.',
    errors: ['plan.not_found'],
    body: { plans: ['standard'] },
    as: 'admin',
  },
  'GET /api/v1/meetings': { errors: ['cursor.invalid'], as: 'admin' },
  'GET /api/v1/daily/meetings': { errors: ['cursor.invalid'], as: 'admin' },
  'GET /api/v1/rooms': { errors: ['cursor.invalid'], as: 'admin' },
  'GET /api/v1/rooms/{name}/attendance': {
    summary: 'Who was in a room, how long',
    description:
      'Also of rooms that Latido never made. `from` and `to` cut a stretch out; JSON, or with `format=` one of `ndjson`, `xlsx`, `pdf`, `csv`.',
    errors: ['room.not_found'],
    as: 'admin',
    params: room,
  },
  'GET /api/v1/rooms/{name}/intervals': {
    summary: 'Connections to a room',
    description: 'The evidence behind its attendance.',
    errors: ['room.not_found'],
    as: 'admin',
    params: room,
  },
  'GET /api/v1/rooms/{name}/facts': {
    summary: 'Everything that was said of a room',
    description: 'In the order of the log.',
    errors: ['room.not_found', 'cursor.invalid'],
    as: 'admin',
    params: room,
  },
  'POST /api/livekit/token': {
    summary: 'A token for a room, no money involved',
    description:
      'Also takes LiveKit’s standard token-endpoint body; what it says of identity, metadata and attributes is never believed.',
    errors: ['room.forbidden'],
    body: { roomName: 'standup', participantName: 'Ana' },
    as: 'payer',
  },
  'POST /api/livekit/token-secure': {
    summary: 'A token for a paid call',
    description:
      'Balance checked; call, hold and token in one transaction. Asked again it is the same call. Beside a call of matching no other one is begun.',
    errors: ['balance.insufficient', 'call.elsewhere', 'call.not_yours', 'call.ended', 'room.forbidden'],
    body: { roomName: 'salon' },
    as: 'payer',
  },
  'POST /api/livekit/periodic-deduction': {
    summary: 'How the meter stands',
    description: 'Kept for existing front ends. Moves no money: the meter runs by itself.',
    errors: ['call.not_found'],
    body: { roomName: 'salon' },
    as: 'payer',
  },
  'POST /api/livekit/end-coin-session': {
    summary: 'Hang up, by the room’s name',
    description: 'Kept for existing front ends.',
    errors: ['call.not_found'],
    body: { roomName: 'salon' },
    as: 'payer',
  },
  'POST /api/livekit/webhook': {
    summary: 'LiveKit’s webhooks',
    description: 'Signed by LiveKit over the raw body. 200 only once the event is on the disk.',
    errors: ['webhook.signature', 'webhook.address', 'webhook.not_stored'],
  },
  'POST /api/v1/presence/beacon': {
    summary: 'A page says that it goes',
    description: 'Sent by our SDK as the page closes; the token in the body is the proof.',
  },
  'GET /api/v1/realtime': {
    summary: 'How to connect for live events',
    description: 'The key for the Pusher protocol at `/app/{key}`.',
    as: 'nobody',
  },
  ...Object.fromEntries(
    ['/broadcasting/auth', '/pusher/auth'].map((path) => [
      `POST ${path}`,
      {
        summary: 'Sign a subscription',
        description: 'For private and presence channels, as every Pusher client asks.',
        errors: ['channel.forbidden' as const],
        body: { socket_id: '1.2', channel_name: 'private-inbox-person_01…' },
      },
    ]),
  ),
  ...Object.fromEntries(
    ['/broadcasting/user-auth', '/pusher/user-auth'].map((path) => [
      `POST ${path}`,
      {
        summary: 'Sign a user in on a socket',
        description: 'As every Pusher client asks.',
        body: { socket_id: '1.2' },
        as: 'payer' as const,
      },
    ]),
  ),
  'POST /apps/{appId}/events': {
    summary: 'Send an event',
    description: 'Pusher’s HTTP API: any Pusher library for servers signs for it.',
  },
  'POST /apps/{appId}/batch_events': { summary: 'Send several events', description: 'Pusher’s HTTP API.' },
  'GET /apps/{appId}/channels': {
    summary: 'Channels in use',
    description: 'Pusher’s HTTP API, over all nodes.',
  },
  'GET /apps/{appId}/channels/{name}': { summary: 'One channel', description: 'Pusher’s HTTP API.' },
  'GET /apps/{appId}/channels/{name}/users': {
    summary: 'Who is in a presence channel',
    description: 'Pusher’s HTTP API, over all nodes.',
  },
  'POST /apps/{appId}/users/{name}/terminate_connections': {
    summary: 'Close somebody’s sockets',
    description: 'Pusher’s HTTP API.',
  },
};
