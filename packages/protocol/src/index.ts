// Where a module has something that is nobody else's, what is public of it is named here.
export * from './errors.ts';
export {
  Role,
  PAYING,
  EARNING,
  Me,
  Session,
  PatchMe,
  ApiScope,
  NewApiKey,
  ApiKeyShown,
  ApiKeyMade,
  ApiKeys,
  PersonShown,
  PeopleQuery,
  PatchPerson,
  ClientScope,
  ClientTokenMade,
  NewClientToken,
  TeamPerson,
  TokensRevoked,
  SignedOut,
  OnlinePerson,
  ServiceLevels,
  RemoveFromCall,
} from './people.ts';
export * from './calls.ts';
export * from './attendance.ts';
export * from './coming.ts';
export * from './daily.ts';
export * from './tokens.ts';
export * from './close-codes.ts';
export * from './presence.ts';
export * from './notices.ts';
export {
  StatusUpdatesQuery,
  StatusUpdates,
  InboxCount,
  NoticeList,
  NoticeListed,
  NoticeListQuery,
  NoticeTopic,
  InboxFrom,
  InboxItem,
  InboxQuery,
  InboxReadRequest,
  InboxSettings,
  Mute,
  InboxUpdates,
  StreamQuery,
  StreamTicket,
} from './inbox.ts';
export * from './pusher.ts';
export * from './money.ts';
export * from './channels.ts';
export * from './choices.ts';
export { SendNotice, NoticeSent, NoticeWithdrawn, NoticeReceipt } from './sent-notices.ts';
export {
  AttentionChecked,
  Assignment,
  CheckAttention,
  Credit,
  CreditAttention,
  Credits,
  CreditShown,
  CreditsQuery,
  Debtor,
  NewAssignment,
  NewCredit,
  NewDebtor,
  NewPayment,
  Payment,
  ReversePayment,
  ClientId,
  PaymentMethod,
} from './collections.ts';
export * from './imports.ts';
export * from './push.ts';
export * from './minor-units.ts';
export * from './collecting.ts';
export * from './cashier.ts';
export * from './plans.ts';
export * from './matching.ts';
export * from './mentoring.ts';
export * from './guests.ts';
export * from './session-room.ts';
export {
  NewNotesVersion,
  NotesState,
  NotesTicket,
  NotesVersion,
  NotesVersionRead,
  NotesVersions,
  PatchNotes,
} from './notes.ts';
export * from './notes-names.ts';
export * from './connection-test.ts';
export * from './chat-limits.ts';
export * from './chat.ts';
export * from './recording.ts';
