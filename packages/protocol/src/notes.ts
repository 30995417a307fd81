import { z } from 'zod';
import { Instant } from './calls.ts';

/** Opens the socket of a page: `name` is the document's. */
export const NotesTicket = z.object({
  ticket: z.string(),
  name: z.string(),
  mayWrite: z.boolean(),
  expiresAt: Instant,
});
/** @see NotesTicket */
export type NotesTicket = z.infer<typeof NotesTicket>;

/** A session's notes: who may write, and when somebody did last. */
export const NotesState = z.object({
  bookingId: z.string(),
  menteesWrite: z.boolean(),
  mayWrite: z.boolean(),
  changedAt: Instant.nullable(),
});
/** @see NotesState */
export type NotesState = z.infer<typeof NotesState>;

/** Body of `PATCH /api/v1/bookings/{id}/notes`. */
export const PatchNotes = z.object({ menteesWrite: z.boolean() });

/** How a version came to be: by time, at the end of the session, by somebody's hand, or as an older one that was restored. */
export const NotesVersionKind = z.enum(['auto', 'end', 'named', 'restored']);

/** A version of notes. `name` of a restored one is the number of what was restored. */
export const NotesVersion = z.object({
  n: z.number().int(),
  at: Instant,
  kind: NotesVersionKind,
  name: z.string().nullable(),
  by: z.object({ personId: z.string(), name: z.string() }).nullable(),
});
/** @see NotesVersion */
export type NotesVersion = z.infer<typeof NotesVersion>;

/** The newest first. */
export const NotesVersions = z.object({ items: z.array(NotesVersion) });
/** @see NotesVersions */
export type NotesVersions = z.infer<typeof NotesVersions>;

/** A version with what was written: as Markdown, and as HTML that is safe to show. */
export const NotesVersionRead = NotesVersion.extend({ markdown: z.string(), html: z.string() });
/** @see NotesVersionRead */
export type NotesVersionRead = z.infer<typeof NotesVersionRead>;

/** Body of `POST /api/v1/bookings/{id}/notes/versions`. */
export const NewNotesVersion = z.object({ name: z.string().trim().min(1).max(80) });
