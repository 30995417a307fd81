export { createInbox, type Inbox, type InboxModuleDeps } from './create-inbox.ts';
export { formatCursor, parseCursor, type Cursor } from './cursor.ts';
export { INBOX_HINT, INBOX_READ_HINT, hintRecipients, notify, notifyAll, type NewNotice } from './notify.ts';
export { countUnread, lastAwayTold } from './store.ts';
export { InboxFeeds, type Feed } from './feeds.ts';
export { holdInboxes } from './insert-notices.ts';
export { notifyMany } from './notify-many.ts';
export { isToNobody, receipts, takeBack, tellAll } from './sent.ts';
export { acknowledge, fromAfter, readInbox, type From } from './read-inbox.ts';
