export { VideoCallRoom, type VideoCallRoomProps } from './video-call-room.tsx';
export { useCall, type Call, type CallOptions } from './call/use-call.ts';
export {
  endOf,
  partnerOf,
  personIdOf,
  screenOf,
  type CallEnd,
  type CallPhase,
  type CallScreen,
} from './call/screen.ts';
export { problemOfRequest, type CallProblem } from './call/problems.ts';
export type { EngineState, MediaChoice } from './call/engine-state.ts';
export { OwnMedia } from './call/own-media.ts';
export type { MediaDevice, MediaProblem, MediaRefusal } from './call/media-problem.ts';
export type { Api, Feed } from './call/follow.ts';
export { CallMeter, withDigits, type CallMeterProps } from './parts/call-meter.tsx';
export { minutePrice, minutesOf, unitPrice, unitShare } from './parts/unit-price.ts';
export { elapsedOf } from './parts/elapsed.ts';
export { Balance } from './parts/balance.tsx';
export { PartnerStatus, type PartnerStatusProps } from './parts/partner-status.tsx';
export { Trace, type TraceProps } from './parts/trace.tsx';
export { Countdown, useNow, type CountdownProps } from './parts/countdown.tsx';
export { StageFrame, type StageFrameProps } from './stage/frame.tsx';
export type { ChatButton } from './stage/dock.tsx';
export type { MenuItem } from './stage/more-menu.tsx';
export type { GroupStage, RenderGroup } from './stage/tiles.tsx';
export { toldOf } from './stage/overlays.tsx';
export { formatClock, initialsOf, localeOfReader, secondsLeft } from './parts/format.ts';
export { enLabels } from './labels-en.ts';
export type { Labels, ProblemCode } from './labels.ts';
export { esLabels } from './labels-es.ts';
export { useUnread, type InboxOf } from './inbox/unread.ts';
export { useInbox, useMutes, type InboxOptions, type InboxView, type Mutes } from './inbox/use-inbox.ts';
export { LabelsContext } from './labels-context.ts';
