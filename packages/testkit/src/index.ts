export { realClock, VirtualClock } from './clock.ts';
export type { TestClock } from './clock.ts';
export {
  participantConnectionAborted,
  participantJoined,
  participantLeft,
  roomFinished,
  roomStarted,
  trackPublished,
  trackUnpublished,
  webhookBody,
} from './events.ts';
export type {
  EventInput,
  LeaveReason,
  ParticipantEventInput,
  ParticipantInput,
  RoomInput,
  TrackEventInput,
} from './events.ts';
export { RoomNotFound } from './fake-livekit/world.ts';
export type { RoomFields, WorldSettings } from './fake-livekit/world.ts';
export { startFakeLivekit } from './fake-livekit/start.ts';
export type { FakeLivekit, FakeLivekitOptions } from './fake-livekit/start.ts';
export type { ParticipantView, RoomView } from './fake-livekit/views.ts';
export type { ScriptedJoin, ScriptedParticipant } from './fake-livekit/scripted.ts';
export { FakePushService, type FakePushDevice, type PushGot } from './fake-push-service.ts';
export { idOf, newId } from './ids.ts';
export type { IdPrefix } from './ids.ts';
export { alice, bob, carol, dora, eve } from './people.ts';
export type { Person } from './people.ts';
export { httpPost, MAX_AGE_MS, MAX_DEPTH, RETRY_WAITS_MS, WebhookQueue } from './webhook-queue.ts';
export type {
  PostWebhook,
  WebhookAnswer,
  WebhookCounters,
  WebhookQueueOptions,
  WebhookRequest,
} from './webhook-queue.ts';
export {
  signWebhook,
  WEBHOOK_CONTENT_TYPE,
  WEBHOOK_LIFETIME_MS,
  WEBHOOK_USER_AGENT,
  webhookHeaders,
} from './webhook-signing.ts';
export type { SigningOverrides } from './webhook-signing.ts';
