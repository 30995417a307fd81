/** Latido's decisions, pure: no I/O, no clock, no randomness. What is named here is what others may use. */

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

// presence
export type {
  ClockSaid,
  ClockWord,
  Evidence,
  Fact,
  FactSource,
  Interval,
  IntervalState,
  LeftReason,
  NewFact,
  Outage,
  ParticipantSaid,
  Sight,
  Tick,
  Unpaid,
  Verdict,
  Watch,
  WatchState,
  MediaKind,
  TrackSaid,
} from './presence/index.ts';
export {
  BY_LIVEKIT,
  CLOCK_ALARM_MS,
  clockOffsetMs,
  clockWord,
  joinClockWords,
  onOurClock,
  participantSaid,
  personOfIdentity,
  isAttended,
  isPersonKind,
  presentSpans,
  CREATED_AT_CUT_MS,
  LIVEKIT_NOTICES_AFTER_MS,
  LIVEKIT_NOTICES_WITHIN_MS,
  ONE_LEAVING_MS,
  ROOM_FINISHED_REFUTED_AFTER_MS,
  SUCCESSOR_WITHIN_MS,
  PAID_BEAT_EVERY_MS,
  FREE_BEAT_EVERY_MS,
  BEAT_SLACK_MS,
  suspectedAfterMs,
  UNREACHABLE_AFTER_MS,
  unreachableAfterMs,
  CLOSED_IS_DEAD_AFTER_MS,
  MEDIA_QUIET_AFTER_MS,
  BLIND_UNREACHABLE_AFTER_MS,
  BLIND_CLOSED_AFTER_MS,
  PAGE_LEFT_UNREACHABLE_AFTER_MS,
  PAGE_LEFT_LEFT_AFTER_MS,
  NEW_EYES_MS,
  SEEN_IS_PAID_MS,
  PAGE_GOES_MS,
  LEFT_AFTER_MS,
  BACK_AFTER_OUTAGE_MS,
  OUTAGE_SEEN_WITHIN_MS,
  ABSENT_TWICE_MS,
  NEVER_LONGER_THAN_MS,
  TICK_LATE_MS,
  DISTRUST_COUNT,
  DISTRUST_SHARE,
  DISTRUST_WITHIN_MS,
  START_GRACE_MS,
  PROOF_EVERY_MS,
  LISTED_IN_CALL_EVERY_MS,
  listedEveryMs,
  NEVER_LISTED_FOR_MS,
  absorb,
  noEvidence,
  resolve,
  distrust,
  atEaseUntil,
  stillUnpaid,
  heardOnUntil,
  unheardUntil,
  isLostWithLivekit,
  judgeMedia,
  lastMediaAt,
  judge,
  MEDIA_SERVER,
  NO_SIGHT,
  pageLeftOf,
  isByMediaServer,
  whyGone,
  withSteadyProof,
} from './presence/index.ts';

// calls
export type {
  CallEnd,
  CallEvidence,
  CallFact,
  CallInterval,
  CallMember,
  CallReading,
  CallTerms,
  LastStay,
  Seen,
  Whereabouts,
} from './calls/index.ts';
export {
  isThere,
  lastStay,
  presenceOf,
  ENDING_FACTS,
  isOneToOne,
  reasonOfLeave,
  EXPIRES_AFTER_MS,
  foldCall,
  isSeenInRoom,
  lostAtEnd,
  whereaboutsOf,
} from './calls/index.ts';

// attendance
export type {
  Attendance,
  AttendanceOptions,
  DailyMeeting,
  Meeting,
  Print,
  PrintOf,
  Table,
} from './attendance/index.ts';
export {
  attend,
  attendanceCsv,
  attendancePrint,
  attendanceTable,
  dailyMeetings,
  meetingOf,
  meetingsCsv,
  meetingsPrint,
  meetingsTable,
  meetingsOf,
  MERGE_WINDOW_MS,
} from './attendance/index.ts';

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

// notifications
export type {
  Absence,
  NoticeCall,
  NoticeInterval,
  NoticePerson,
  Told,
  ToldBefore,
} from './notifications/index.ts';
export {
  noticesFor,
  goneReason,
  sentenceOf,
  NOTICE_SENTENCES,
  type NoticeLocale,
  type NoticeSentence,
  type NoticeWords,
} from './notifications/index.ts';

// collections
export {
  addDays,
  attentionOn,
  dayOf,
  faultOfInstallments,
  nextDueOn,
  noonsIn,
  unpaidOf,
  partsDue,
  statusOf,
  type Attention,
  type CreditTerms,
  type Day,
  type Installment,
  columnsOf,
  CsvReader,
  IMPORT_COLUMNS,
  isFault,
  readImportLine,
  seenOf,
  separatorOf,
  type FaultCode,
  type ImportKind,
  type LineFault,
  type LineValues,
  type PartOfFile,
  type TableLine,
} from './collections/index.ts';

// cashier
export {
  payoutStep,
  standingOf,
  type PayoutStatus,
  type PayoutStep,
  type ProviderWord,
  type Standing,
  type Terms,
  type TopUpStatus,
} from './cashier/index.ts';

// push
export {
  afterAnswer,
  MANY_TTL_S,
  nextPush,
  pushKind,
  type PendingNotice,
  type PushKind,
  type PushStep,
} from './push/index.ts';

// matching
export type { Ask, AskAnswered, InLine, OffReason, Outcome, Outlook, Pair, Place } from './matching/index.ts';
export {
  ASK_KEPT_MS,
  LOST_AFTER_MS,
  OFFER_MS,
  QUIET_AFTER_MS,
  UNHURRIED_OFFER_MS,
  isReady,
  offerMsFor,
  outlookOf,
  pairUp,
  placeAfter,
  waitsFor,
  whomToTell,
} from './matching/index.ts';

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

// mentoring
export type {
  Appointment,
  BookingStatus,
  CalendarEvent,
  Cancellation,
  Coming,
  ComingVerdict,
  DayHours,
  EntryState,
  Hours,
  LetIn,
  LobbyEntry,
  RaisedHand,
  Reminder,
  SeatOutcome,
  SlotRules,
  SlotsAsked,
  StartFault,
  WeeklyHours,
} from './mentoring/index.ts';
export {
  calendarFile,
  coinsCharged,
  EMPTY_FOR_MS,
  faultOfAsking,
  faultOfVisiting,
  visitsFrom,
  type Visited,
  faultOfStart,
  faultOfStarting,
  GONE_AFTER_MS,
  handsInOrder,
  hostsOf,
  isCommanded,
  isHandLeft,
  isSignTooLate,
  isDeserted,
  isInTime,
  isNoShow,
  isReminderDue,
  firstInstantFrom,
  isTimeZone,
  lobbyOrder,
  NO_SHOW_AFTER_MS,
  REMIND_BEFORE_MS,
  slotsOf,
  START_FROM_MS,
  comingCsv,
  comingPrint,
  comingTable,
  type ComingLine,
  faultOfCorrecting,
  standingVerdict,
  verdictOnComing,
  waitingAs,
  waitsSince,
} from './mentoring/index.ts';

// ledger
export { expireLots, type LeftOver } from './ledger/expire-lots.ts';
export { statementCsv, type StatementEntry } from './ledger/statement-csv.ts';
export { statementTable, type StatementTable } from './ledger/statement-table.ts';
export type { CsvOptions } from './kernel/csv.ts';
