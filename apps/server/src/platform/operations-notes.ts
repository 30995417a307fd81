import type { Operations } from './operation.ts';

const closed = ['booking.not_found', 'notes.closed'] as const;

/** Shared notes of a session. */
export const NOTES_OPERATIONS: Operations = {
  'GET /api/v1/bookings/{id}/notes': {
    summary: 'The notes of a session',
    description: 'Whether you may write in them, and when somebody did last.',
    errors: closed,
  },
  'PATCH /api/v1/bookings/{id}/notes': {
    summary: 'Say who may write in the notes',
    description:
      'For the mentor. Where mentees do not write they read; it holds at once, also for who has the notes open.',
    errors: closed,
    body: { menteesWrite: false },
  },
  'POST /api/v1/bookings/{id}/notes/ticket': {
    summary: 'A ticket for the editor',
    description:
      'Opens a WebSocket at `/notes?ticket=` that speaks Hocuspocus’ protocol (Yjs), for the document `name`. Good for two hours or until the sign-in ends; who is removed from the session is cut off. An update is acknowledged once it is stored. Up to 1 MB an update, 8 MB the page, 100 frames a second. Codes of closing: 4400 `notes.invalid`, 4401 `auth.required`, 4403 `notes.closed`, 4413 `notes.full`, 4429 `request.rate_limited`, 1009 for a frame that is too large.',
    errors: closed,
  },
  'GET /api/v1/bookings/{id}/notes.md': {
    summary: 'The notes as Markdown',
    description: 'As they stand now.',
    errors: closed,
  },
  'GET /api/v1/bookings/{id}/notes.html': {
    summary: 'The notes as HTML',
    description: 'As they stand now. What was written is text, links go to the web or to mail.',
    errors: closed,
  },
  'GET /api/v1/bookings/{id}/notes.pdf': {
    summary: 'The notes as PDF',
    description:
      'To be printed or kept: words, headings and lists, without marks. Its face has Latin, Greek, Cyrillic and more, but no Chinese, Japanese or Korean.',
    errors: closed,
  },
  'GET /api/v1/bookings/{id}/notes/versions': {
    summary: 'Versions of the notes',
    description:
      'The newest first: made after two minutes of change (`auto`), at the end of the session (`end`), by hand (`named`), or by restoring an older one (`restored`, its `name` is that one’s number).',
    errors: closed,
  },
  'POST /api/v1/bookings/{id}/notes/versions': {
    summary: 'Keep a version of the notes',
    description: 'As they stand now, under a name. For who may write.',
    errors: [...closed, 'notes.read_only'],
    body: { name: 'Before the rewrite' },
    status: 201,
  },
  'GET /api/v1/bookings/{id}/notes/versions/{n}': {
    summary: 'Read a version',
    description: 'As Markdown, and as HTML that is safe to show.',
    errors: [...closed, 'notes.version_not_found'],
  },
  'POST /api/v1/bookings/{id}/notes/versions/{n}/restore': {
    summary: 'Restore a version',
    description:
      'The notes say again what they said then, in every open editor, as a change like any other. What stood before is kept as a version, what stands then is a new one.',
    errors: [...closed, 'notes.version_not_found', 'notes.read_only'],
    status: 201,
  },
};
