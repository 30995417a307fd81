export {
  countFrame,
  faultOfUpdate,
  isVersionDue,
  mayWriteNotes,
  NOTES_UPDATE_BYTES_MAX,
  NOTES_VERSION_AFTER_MS,
  type NotesPace,
  type NotesRole,
} from './rules.ts';
export { isNoteText, type NoteBlock, type NoteMark, type NoteNode } from './page.ts';
export { notesAsMarkdown } from './markdown.ts';
export { escapeHtml, notesAsHtml } from './html.ts';
export { notesAsLines } from './lines.ts';
