import type { Operations } from './operation.ts';

/** What is written in a call, and its files. */
export const CHAT_OPERATIONS: Operations = {
  'POST /api/v1/calls/{id}/messages': {
    summary: 'Write in a call',
    description:
      'Text to 4,000 characters, under an `id` that you make: sent again it is the same message, written once; with `replyTo` as an answer, with ' +
      '`files` the ids of files that you sent before (`POST …/files`), ten at most; the text may be empty then. Told by `chat.message` on `presence-call-{id}`. ' +
      'Of a free room the `id` is what LiveKit calls it from its opening to its end (`RM_…`, the `id` of its meeting): who is in it writes, who was in it reads.',
    errors: [
      'call.not_found',
      'call.not_yours',
      'call.ended',
      'message.not_found',
      'file.not_found',
      'idempotency.mismatch',
    ],
    body: { id: 'a1b2c3d4-1', text: 'Hello' },
  },
  'GET /api/v1/calls/{id}/messages': {
    summary: 'What was written in a call',
    description:
      'After a `seq`, the oldest first, for its people and staff; also once the call is over. Of a free room by the `id` of its meeting (`RM_…`). With `changes`, as an answer before said it, ' +
      'what has changed since: edited, taken back, reacted to, or new.',
    errors: ['call.not_found'],
    as: 'payer',
    params: { id: 'call' },
  },
  'PATCH /api/v1/calls/{id}/messages/{seq}': {
    summary: 'Give a message another text',
    description:
      'Of one’s own, within five minutes. `editedAt` says that it happened. Told by `chat.changed` on `presence-call-{id}`.',
    errors: ['call.not_found', 'call.not_yours', 'message.not_found', 'message.unchangeable'],
    body: { text: 'Hello all' },
  },
  'DELETE /api/v1/calls/{id}/messages/{seq}': {
    summary: 'Take a message back',
    description:
      'Of one’s own, within five minutes. Its text is gone, and its files are; `deletedAt` says that it was there.',
    errors: ['call.not_found', 'call.not_yours', 'message.not_found', 'message.unchangeable'],
  },
  'PUT /api/v1/calls/{id}/messages/{seq}/reactions/{emoji}': {
    summary: 'React to a message',
    description: 'With one emoji, percent-encoded in the address; six kinds of one person at most.',
    errors: ['call.not_found', 'call.not_yours', 'call.ended', 'message.not_found', 'message.unchangeable'],
  },
  'DELETE /api/v1/calls/{id}/messages/{seq}/reactions/{emoji}': {
    summary: 'Take a reaction back',
    errors: ['call.not_found', 'call.not_yours', 'call.ended', 'message.not_found', 'message.unchangeable'],
  },
  'POST /api/v1/calls/{id}/typing': {
    summary: 'Say that you type',
    description:
      'Told by `chat.typing` on `presence-call-{id}` with your name, and stored nowhere: it holds for six seconds, so say it again every three. An event of a client of that name is refused.',
    errors: ['call.not_found', 'call.not_yours', 'call.ended'],
    status: 204,
  },
  'POST /api/v1/calls/{id}/files': {
    summary: 'Send a file',
    description:
      'The body is the file itself, to 25 MB, its type as its content type (or `application/octet-stream`): `curl --data-binary @cv.pdf -H "content-type: application/pdf" …/files?name=cv.pdf`. ' +
      'It is seen by nobody else until a message has its `id` in `files`; what no message has within the hour is deleted. It is what its bytes say: one whose name or type says otherwise is refused.',
    errors: [
      'call.not_found',
      'call.not_yours',
      'call.ended',
      'file.too_large',
      'file.empty',
      'file.too_many',
      'file.type_mismatch',
      'file.broken_off',
      'file.store_unavailable',
      'file.store_full',
    ],
    status: 201,
  },
  'GET /api/v1/calls/{id}/files/{fileId}': {
    summary: 'A file of a chat',
    description:
      'For whoever may read the chat, also once the call is over. Takes `Range`: 206 with a part of it, 416 `file.range`; `ETag` is its SHA-256. Pictures (PNG, JPEG, GIF, WebP, AVIF) come with their ' +
      'type, unless `download=1`; everything else is `application/octet-stream` to be saved, and no page runs it.',
    errors: ['call.not_found', 'file.not_found', 'file.range', 'file.store_unavailable'],
  },
  'DELETE /api/v1/calls/{id}/files/{fileId}': {
    summary: 'Give up a file',
    description:
      'Of one’s own that is in no message yet. A file of a message goes when the message is taken back.',
    errors: ['file.not_found'],
    status: 204,
  },
};
