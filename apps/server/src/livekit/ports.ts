import type { ListedParticipant, RoomPoll } from '../presence/index.ts';

export type { ListedParticipant, RoomPoll };

/** A paid call as somebody starts or joins it. */
export interface PaidCallAsked {
  readonly roomName: string;
  readonly payerId?: string;
  readonly earnerId?: string;
  readonly planId?: string;
  /** Who asks. */
  readonly openedBy: string;
}

/**
 * Starts or joins a paid call: call, people, meter and hold in one transaction. Metering implements it.
 *
 * @throws balance.insufficient, call.not_yours, plan.not_found
 */
export type StartPaidCall = (asked: PaidCallAsked) => Promise<{ callId: string }>;

/** What the ticket of the presence socket says. Presence implements it. */
export type IssueTicket = (claims: {
  personId: string | null;
  identity: string;
  callId: string | null;
  roomName: string;
  paid: boolean;
}) => string;

/** Tells a person that somebody calls. Notifications implement it. */
export type TellInvited = (invitation: {
  recipientId: string;
  callId: string;
  roomName: string;
  personId: string;
  name: string;
  /** Path of the page that takes the call. */
  url: string;
}) => Promise<void>;
