export { openSpans, type DayHours, type Hours, type WeeklyHours } from './hours.ts';
export { firstInstantFrom, isTimeZone } from './zone.ts';
export { faultOfStart, slotsOf, type SlotRules, type SlotsAsked, type StartFault } from './slots.ts';
export {
  faultOfStarting,
  isDeserted,
  isNoShow,
  isReminderDue,
  EMPTY_FOR_MS,
  NO_SHOW_AFTER_MS,
  REMIND_BEFORE_MS,
  START_FROM_MS,
  type Appointment,
  type BookingStatus,
  type Reminder,
} from './states.ts';
export { coinsCharged, isInTime, type Cancellation, type SeatOutcome } from './settle.ts';
export {
  faultOfCorrecting,
  standingVerdict,
  verdictOnComing,
  type Coming,
  type ComingVerdict,
  type CorrectionFault,
} from './verdicts.ts';
export {
  GONE_AFTER_MS,
  lobbyOrder,
  waitingAs,
  isSignTooLate,
  waitsSince,
  type EntryState,
  type LobbyEntry,
} from './lobby.ts';
export { comingCsv, comingPrint, comingTable, type ComingLine } from './coming-file.ts';
export {
  faultOfAsking,
  handsInOrder,
  hostsOf,
  isCommanded,
  isHandLeft,
  type LetIn,
  type RaisedHand,
} from './host.ts';
export {
  faultOfVisiting,
  GUESTS_PER_LINK_MAX,
  GUESTS_PER_MINUTE_MAX,
  visitsFrom,
  type Visited,
} from './guests.ts';
export { calendarFile, type CalendarEvent } from './calendar.ts';
