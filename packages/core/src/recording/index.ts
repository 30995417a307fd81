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
} from './decide.ts';
export { chaptersOf, joinsOf, type Chapter, type Happening } from './chapters.ts';
export { readRange, type ByteRange } from './range.ts';
