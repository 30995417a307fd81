export { createNotifications } from './create-notifications.ts';
