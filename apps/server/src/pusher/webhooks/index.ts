export { createWebhooks, registerWebhooksMetric, type Webhooks, type WebhookApp } from './create-webhooks.ts';
