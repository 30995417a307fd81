/** Latido's decisions, pure: no I/O, no clock, no randomness. What is named here, or in the index of a module here, is what others may use. */

// kernel
export {
  closeSpans,
  unionSpans,
  intersectSpans,
  subtractSpans,
  coveredBy,
  totalMs,
  instantAfter,
  type Span,
  type OpenSpan,
} from './kernel/spans.ts';
export { PRINTED_MOST } from './kernel/print.ts';

export * from './presence/index.ts';
export * from './calls/index.ts';
export * from './attendance/index.ts';

// metering
export {
  faultOfPlan,
  POLICIES,
  EARNER_SHARE_BP,
  planOf,
  type PriceTier,
  type PricePlan,
  type PolicyName,
} from './metering/plan.ts';
export { PRICE_PLANS, type PresetPlan } from './metering/presets.ts';
export {
  costOf,
  type Cost,
  firstUnit,
  coinsEndMs,
  unitBeginsMs,
  unitDueMs,
  unitsDue,
  priceUpTo,
  coinsPerMinute,
  mostPerMinute,
  price,
  chargeOf,
  shareOf,
  holdFor,
  firstUncovered,
} from './metering/price.ts';
export { timeline, billableAt, type Stay, type TimelineOptions, type Timeline } from './metering/timeline.ts';
export { dueRows, instantOf, type DueRow } from './metering/due-rows.ts';
export { pausesOf, type Pause, type PauseReason } from './metering/pauses.ts';

export * from './notifications/index.ts';
export * from './collections/index.ts';
export * from './cashier/index.ts';
export * from './push/index.ts';
export * from './matching/index.ts';

// chat
export { CHANGE_WITHIN_MS, isEmoji, REACTIONS_OF_ONE_MAX, whyUnchanged } from './chat/change.ts';
export { cleanText } from './chat/clean-text.ts';
export { cleanFileName, isPicture, judgeFile, type FileSeen } from './chat/file.ts';

// notes
export {
  countFrame,
  faultOfUpdate,
  isVersionDue,
  mayWriteNotes,
  NOTES_UPDATE_BYTES_MAX,
  NOTES_VERSION_AFTER_MS,
  type NotesPace,
  type NotesRole,
} from './notes/rules.ts';
export { isNoteText, type NoteBlock, type NoteMark, type NoteNode } from './notes/page.ts';
export { notesAsMarkdown } from './notes/markdown.ts';
export { escapeHtml, notesAsHtml } from './notes/html.ts';
export { notesAsLines } from './notes/lines.ts';

// recording
export {
  afterBrokenPart,
  decideRecording,
  isRecordingExpired,
  mayAskToRecord,
  RECORDING_ASKED_MS,
  RECORDING_LEAVE_MS,
  refusersOf,
  RECORDING_PARTS_MAX,
  unansweredOf,
  type RecordingReason,
  type RecordingSeen,
  type RecordingStep,
} from './recording/decide.ts';
export { chaptersOf, joinsOf, type Chapter, type Happening } from './recording/chapters.ts';
export { readRange, type ByteRange } from './recording/range.ts';

export * from './mentoring/index.ts';

// ledger
export { expireLots, type LeftOver } from './ledger/expire-lots.ts';
export { statementCsv, type StatementEntry } from './ledger/statement-csv.ts';
export { statementTable, type StatementTable } from './ledger/statement-table.ts';
export type { CsvOptions } from './kernel/csv.ts';
