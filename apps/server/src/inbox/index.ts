export { createInbox, type InboxModuleDeps } from './create-inbox.ts';
export { formatCursor, parseCursor, type Cursor } from './cursor.ts';
export { INBOX_HINT, hintRecipients, notify, notifyAll, type NewNotice } from './notify.ts';
export {
  acknowledge,
  markDelivered,
  READ_LIMIT,
  readInbox,
  type From,
  type InboxPage,
} from './read-inbox.ts';
export { headsOf } from './store.ts';
