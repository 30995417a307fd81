export { createNotes } from './create-notes.ts';
