export { SharedNotes, type SharedNotesProps } from './shared-notes.tsx';
export { enNotesLabels, esNotesLabels, type NotesLabels } from './labels.ts';
export type { GiveTicket, NotesState, NotesView } from './connection.ts';
