import { channelOf, CHAT_CHANGED, CHAT_MESSAGE, type ChatMessage } from '@latido/protocol';
import type { ChatDeps } from './ports.ts';
import { messagesBySeq } from './store.ts';
import { notReading } from './unread.ts';

/** Something of a call's chat, for whoever has the call open but some. */
interface Told {
  readonly callId: string;
  /** `chat.…`. */
  readonly event: string;
  readonly data: object;
  readonly without: readonly string[];
}

/** Tells it on the call's channel, at every door. */
export function tell({ hub }: Pick<ChatDeps, 'hub'>, { callId, event, data, without }: Told): void {
  hub().publish({ channel: channelOf.callPresence(callId), event, data: JSON.stringify(data), without });
}

/**
 * Tells of a new message whoever reads its writer. Whoever does not read the writer of what it answers, which it quotes, is only told that there is
 * something new: what they ask for then comes without the quotation.
 */
export async function tellMessage(deps: ChatDeps, message: ChatMessage, changes: number): Promise<void> {
  const { callId, seq, personId, replyTo } = message;
  const without = await notReading(deps.db, callId, [personId]);
  const [original] = replyTo === null ? [] : await messagesBySeq(deps.db, callId, [replyTo.seq]);
  const unquoted = original ? await notReading(deps.db, callId, [original.personId]) : [];
  const data = { ...message, changes };
  tell(deps, { callId, event: CHAT_MESSAGE, data, without: [...without, ...unquoted] });
  if (unquoted.length > 0)
    tell(deps, { callId, event: CHAT_CHANGED, data: { callId, seq, changes }, without });
}
