export { createChat } from './create-chat.ts';
export { messagesIn } from './store.ts';
