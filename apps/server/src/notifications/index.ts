export { formatCursor, parseCursor, type Cursor } from './cursor.ts';
export { notificationsStage } from './follow.ts';
export { startInboxJobs, type InboxJobsDeps } from './jobs.ts';
export { INBOX_HINT, hintRecipients, notify, notifyAll, type NewNotice } from './notify.ts';
export type { Who } from './ports.ts';
export {
  acknowledge,
  markDelivered,
  READ_LIMIT,
  readInbox,
  statusUpdates,
  type From,
  type InboxPage,
} from './read-inbox.ts';
export { notificationRoutes } from './routes.ts';
export { headsOf, type HeadRow } from './store.ts';
