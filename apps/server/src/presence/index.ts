export { auditIntervals } from './audit.ts';
export { appendAndHint, appendFacts, FACT_LOG } from './append-facts.ts';
export {
  claimedRooms,
  claimNewRooms,
  claimRoom,
  isOfCall,
  leftAtOf,
  type ClaimedRoom,
  type RoomClaim,
} from './claims.ts';
export { hintRemoved } from './removed.ts';
export { readFacts } from './read-facts.ts';
export { presenceStage } from './follow.ts';
export {
  factsOfCall,
  factsOfRoom,
  intervalsOfCall,
  intervalsOfCalls,
  intervalsOfRoom,
  openIntervalsOf,
  hasReadAll,
  provedUntil,
  steadyProofs,
  type SteadyProofs,
  type FactPage,
  type Period,
} from './store.ts';
export {
  countMeetings,
  intervalsOfRoomSid,
  isRoomSid,
  joinsSince,
  meetingsBy,
  peopleOfRoomSid,
  placeOfMeeting,
  roomsBy,
  type MeetingPlace,
  type OwnOf,
} from './meetings.ts';
export { keepingOf } from './kept-clocks.ts';
export { LivekitClocks } from './livekit-clocks.ts';
export type { LivekitWitness } from './livekit-witness.ts';
export { createPresence, type Presence, type PresenceDeps } from './create-presence.ts';
export type { ListedParticipant, ListedRoom, PresencePorts, RoomPoll, RoomsList } from './ports.ts';
export type { PresenceSnapshot, WatchedPerson } from './snapshot.ts';
export { seal, TICKET_TTL_MS, unseal, type TicketClaims } from './tickets.ts';
export { keepUnreadable, type Unreadable } from './keep-unreadable.ts';
export { FactsQuery, pageOfFacts } from './page-facts.ts';
export { callOrSubjectOf, callsOfFacts, callsTouched, type TouchingFact } from './touched-calls.ts';
export { factOnWire, intervalOnWire } from './wire.ts';
export { forgetIntervals } from './forget.ts';
export { factsKeptFrom, trimFactsJob } from './trim-facts.ts';
export { trimUnreadableJob } from './trim-unreadable.ts';
