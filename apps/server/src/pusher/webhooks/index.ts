export { createWebhooks, type Webhooks, type WebhookApp } from './create-webhooks.ts';
