export { CallChat, type CallChatProps } from './call-chat.tsx';
export { useChat, type Chat, type ChatOptions } from './use-chat.ts';
export { enChatLabels, esChatLabels, type ChatLabels } from './labels.ts';
export type { Talk, Unsent } from './messages.ts';
export type { Draft, FileFailure } from './drafts.ts';
