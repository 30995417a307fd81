import { MESSAGE_MAX, type ChatMessage } from '@latido/protocol';
import { useEffect, useLayoutEffect, useRef, useState, type JSX, type KeyboardEvent } from 'react';
import { CloseIcon } from '../parts/icons.tsx';
import { enChatLabels, type ChatLabels } from './labels.ts';
import { partsOf } from './links.ts';
import type { Unsent } from './messages.ts';
import { useChat, type Chat, type ChatOptions } from './use-chat.ts';

/** Props of {@link CallChat}. */
export interface CallChatProps extends ChatOptions {
  /** Who reads: their own messages stand on their side. */
  readonly personId: string;
  /** Whether the call is over: then it is read, and nothing is written. */
  readonly isOver?: boolean;
  readonly labels?: ChatLabels;
  /** Draws a button that closes it, and Escape does so, too. */
  readonly onClose?: (() => void) | undefined;
}

/**
 * The chat of a call: what was written from its beginning, also by a late joiner and after a reload, and a field to write in. What
 * could not be sent stays, with a way to send it again; it is then written once. Wants `@latido/react/chat.css`.
 */
export function CallChat(props: CallChatProps): JSX.Element {
  const { labels = enChatLabels, onClose, isOver = false } = props;
  const chat = useChat(props);
  const escape = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && onClose) onClose();
  };
  return (
    <section className="lt-chat" aria-label={labels.chat} data-testid="chat" onKeyDown={escape}>
      <header className="lt-chat-head">
        <h2>{labels.chat}</h2>
        <p>{labels.about}</p>
        {onClose && (
          <button type="button" className="lt-chat-close" aria-label={labels.close} onClick={onClose}>
            <CloseIcon />
          </button>
        )}
      </header>
      <Log chat={chat} personId={props.personId} labels={labels} />
      {chat.isOffline && (
        <p className="lt-chat-state" role="status">
          {labels.offline}
        </p>
      )}
      {isOver ? <p className="lt-chat-state">{labels.over}</p> : <Field send={chat.send} labels={labels} />}
    </section>
  );
}

/** How far from the end somebody still reads the end, px. */
const NEAR = 48;

function Log({ chat, personId, labels }: { chat: Chat; personId: string; labels: ChatLabels }): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const [seen, setSeen] = useState(0);
  const { messages, unsent } = chat;
  const toEnd = (): void => box.current?.scrollTo({ top: box.current.scrollHeight });
  // Whoever reads further up is not taken away from there.
  useLayoutEffect(() => {
    if (isAtEnd.current) toEnd();
  }, [messages.length, unsent.length]);
  useEffect(() => {
    if (isAtEnd.current) setSeen(messages.length);
  }, [messages.length]);
  const scrolled = (): void => {
    if (!box.current) return;
    const { scrollHeight, scrollTop, clientHeight } = box.current;
    isAtEnd.current = scrollHeight - scrollTop - clientHeight < NEAR;
    if (isAtEnd.current) setSeen(messages.length);
  };
  const newer = messages.length - seen;
  return (
    <div className="lt-chat-body">
      {/* A region that scrolls is reached by the keyboard. */}
      <div
        ref={box}
        className="lt-chat-log"
        role="log"
        aria-label={labels.chat}
        tabIndex={0}
        onScroll={scrolled}
      >
        {chat.isAll && messages.length + unsent.length === 0 && (
          <p className="lt-chat-empty">{labels.empty}</p>
        )}
        {messages.map((message, at) => (
          <Message
            key={message.seq}
            message={message}
            isOwn={message.personId === personId}
            isFirst={!goesOn(messages[at - 1], message)}
            labels={labels}
          />
        ))}
        {unsent.map((each) => (
          <Waiting key={each.id} unsent={each} chat={chat} labels={labels} />
        ))}
      </div>
      {newer > 0 && (
        <button type="button" className="lt-chat-newer" onClick={toEnd}>
          {labels.newer(newer)}
        </button>
      )}
    </div>
  );
}

/** Whether a message stands under the name and time of the one before it. */
function goesOn(before: ChatMessage | undefined, message: ChatMessage): boolean {
  return before?.personId === message.personId && before.at.slice(0, 16) === message.at.slice(0, 16);
}

function Message(props: {
  message: ChatMessage;
  isOwn: boolean;
  isFirst: boolean;
  labels: ChatLabels;
}): JSX.Element {
  const { message, isOwn, isFirst, labels } = props;
  const at = new Date(message.at).toLocaleTimeString(labels.language, { hour: '2-digit', minute: '2-digit' });
  return (
    <div className="lt-chat-message" data-own={isOwn || undefined} data-testid="chat-message">
      {isFirst && (
        <p className="lt-chat-who">
          <strong>{isOwn ? labels.mine : message.name}</strong> <time dateTime={message.at}>{at}</time>
        </p>
      )}
      <p className="lt-chat-text">
        <Text text={message.text} />
      </p>
    </div>
  );
}

function Text({ text }: { text: string }): JSX.Element[] {
  return partsOf(text).map((part, at) =>
    part.href === undefined ? (
      <span key={at}>{part.text}</span>
    ) : (
      <a key={at} href={part.href} target="_blank" rel="noopener noreferrer nofollow ugc">
        {part.text}
      </a>
    ),
  );
}

function Waiting({ unsent, chat, labels }: { unsent: Unsent; chat: Chat; labels: ChatLabels }): JSX.Element {
  const { text, failure } = unsent;
  const why = failure === 'many' ? labels.tooMany : failure === 'over' ? labels.over : labels.failed;
  return (
    <div className="lt-chat-message" data-own data-failed={failure ?? undefined} data-testid="chat-unsent">
      <p className="lt-chat-text">{text}</p>
      <p className="lt-chat-who" role={failure === null ? undefined : 'alert'}>
        {failure === null ? labels.sending : why}{' '}
        {failure !== null && failure !== 'over' && (
          <button type="button" onClick={() => chat.sendAgain(unsent)}>
            {labels.again}
          </button>
        )}
        {failure !== null && (
          <button type="button" aria-label={labels.close} onClick={() => chat.drop(unsent)}>
            <CloseIcon />
          </button>
        )}
      </p>
    </div>
  );
}

function Field({ send, labels }: { send: (text: string) => void; labels: ChatLabels }): JSX.Element {
  const [text, setText] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  // Whoever opens the chat writes.
  useEffect(() => field.current?.focus(), []);
  const isTooLong = text.length > MESSAGE_MAX;
  const submit = (): void => {
    if (text.trim() === '' || isTooLong) return;
    send(text.trim());
    setText('');
    field.current?.focus();
  };
  return (
    <form
      className="lt-chat-field"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <textarea
        ref={field}
        rows={2}
        value={text}
        placeholder={labels.write}
        aria-label={labels.write}
        aria-invalid={isTooLong || undefined}
        data-testid="chat-field"
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          // In a composition Enter takes a word, e.g. in Japanese.
          if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          submit();
        }}
      />
      <button type="submit" data-testid="chat-send" disabled={text.trim() === '' || isTooLong}>
        {labels.send}
      </button>
      {isTooLong && (
        <p className="lt-chat-state" role="alert">
          {labels.tooLong(MESSAGE_MAX)}
        </p>
      )}
    </form>
  );
}
