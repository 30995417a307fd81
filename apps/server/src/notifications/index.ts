export { createNotifications } from './create-notifications.ts';
export { partnersTold, type PartnersTold } from './partners-told.ts';
