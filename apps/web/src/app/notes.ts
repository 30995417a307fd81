import type { NotesTicket, NotesVersion, NotesVersionRead, NotesVersions } from '@latido/protocol';
import { queryOptions } from '@tanstack/react-query';
import { api } from './api.ts';

export type { NotesVersion };

/** Where the notes of a session are, and what belongs to them. */
export const notesAt = (bookingId: string): string =>
  `/api/v1/bookings/${encodeURIComponent(bookingId)}/notes`;

/** A ticket for the editor. */
export const notesTicket = (bookingId: string): Promise<NotesTicket> =>
  api.send('POST', `${notesAt(bookingId)}/ticket`, {});

/** Versions of the notes, the newest first. */
export const notesVersionsQuery = (bookingId: string) =>
  queryOptions({
    queryKey: ['notes', bookingId, 'versions'],
    queryFn: () => api.send<NotesVersions>('GET', `${notesAt(bookingId)}/versions`),
  });

/** A version with what was written. */
export const notesVersionQuery = (bookingId: string, n: number) =>
  queryOptions({
    queryKey: ['notes', bookingId, 'version', n],
    queryFn: () => api.send<NotesVersionRead>('GET', `${notesAt(bookingId)}/versions/${n}`),
  });

/** Keeps a version under a name. */
export const keepVersion = (bookingId: string, name: string): Promise<NotesVersion> =>
  api.send('POST', `${notesAt(bookingId)}/versions`, { name });

/** Has the notes say again what they said in a version. */
export const restoreVersion = (bookingId: string, n: number): Promise<NotesVersion> =>
  api.send('POST', `${notesAt(bookingId)}/versions/${n}/restore`, {});
