export { createLivekit, type Livekit, type LivekitDeps, type LivekitHealth } from './create-livekit.ts';
export { openRoomFor } from './open-room.ts';
export { signRecorderToken, signToken, type TokenFor } from './sign-token.ts';
export { createRoomService, type LivekitSettings, type RoomService } from './room-service.ts';
export { webhookFault, type SignatureFault } from './verify-webhook.ts';
export type { WebhookHealth } from './webhook-counters.ts';
export { createWebhookInbox, type WebhookInboxDeps, type WebhookStore } from './webhook-inbox.ts';
export { WebhookCounters } from './webhook-counters.ts';
export { webhookRoutes, type WebhookRouteDeps } from './webhook-routes.ts';
