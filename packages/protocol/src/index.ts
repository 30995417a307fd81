export { ERRORS, type Retry, type ErrorKind, type ErrorCode, type Problem } from './errors.ts';
export {
  Role,
  PAYING,
  EARNING,
  Me,
  PatchMe,
  ApiScope,
  NewApiKey,
  ApiKeyShown,
  ApiKeyMade,
  ApiKeys,
} from './people.ts';
export {
  Instant,
  Coins,
  CallStatus,
  EndReason,
  CallRole,
  PresenceState,
  CallPerson,
  PricePolicy,
  Plan,
  PlanOffer,
  MeterState,
  CallState,
  StartCall,
  CallsQuery,
  CallConnection,
  LiveCall,
  Charge,
  Wallet,
  Attendee,
  page,
  numberedPage,
} from './calls.ts';
export { RoomName, TokenRequest, TokenAnswer, RoomBody, CoinAnswer } from './tokens.ts';
export { PartnerSight, PeerReason, PresenceUp, PresenceDown, Beacon } from './presence.ts';
export {
  PartnerGone,
  NOTICES,
  Notice,
  type NoticeType,
  type NoticeKind,
  type NoticePayload,
  type NoticeContent,
} from './notices.ts';
export {
  StatusUpdatesQuery,
  StatusUpdates,
  InboxCount,
  InboxFrom,
  InboxItem,
  InboxQuery,
  InboxReadRequest,
  InboxUpdates,
} from './inbox.ts';
export {
  CHANNEL_NAME_MAX,
  EVENT_NAME_MAX,
  EVENT_DATA_BYTES_MAX,
  FRAME_BYTES_MAX,
  CHANNELS_MAX,
  CLIENT_EVENTS_PER_SECOND,
  PUSHER_CODES,
  PusherUp,
  PusherSubscribe,
  PusherSignin,
  ChannelAuthRequest,
  ChannelAuth,
  RealtimeApp,
  UserAuthRequest,
  ServerEvent,
  ServerBatch,
} from './pusher.ts';
export { Earnings, StatementLine, LotKind, NewGrant, Grant, Receipt } from './money.ts';
export { channelOf, CALL_STATE, CALL_CHANGED, INBOX_RESET, INBOX_ACK } from './channels.ts';
