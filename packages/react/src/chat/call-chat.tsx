import type { ChatMessage } from '@latido/protocol';
import { createFiles, type Files } from '@latido/client';
import { useEffect, useLayoutEffect, useRef, useState, type JSX, type KeyboardEvent } from 'react';
import { CloseIcon } from '../parts/icons.tsx';
import { Field, type Doing } from './field.tsx';
import { enChatLabels, type ChatLabels } from './labels.ts';
import { Message, Waiting } from './message.tsx';
import { useChat, type Chat, type ChatOptions } from './use-chat.ts';
import { useDrop } from './use-drop.ts';
import { useDrafts } from './use-drafts.ts';
import { useTyping } from './use-typing.ts';

/** Props of {@link CallChat}. */
export interface CallChatProps extends ChatOptions {
  /** Who reads: their own messages stand on their side. */
  readonly personId: string;
  /** Whether the call is over: then it is read, and nothing is written. */
  readonly isOver?: boolean;
  readonly labels?: ChatLabels;
  /** How files are sent and read: `createFiles({ baseUrl, token })`. Default: by the page's cookie. With null there are none. */
  readonly files?: Files | null;
  /** Draws a button that closes it, and Escape does so, too. */
  readonly onClose?: (() => void) | undefined;
}

/**
 * The chat of a call: what was written from its beginning, also by a late joiner and after a reload, and a field to write in. What
 * could not be sent stays, with a way to send it again; it is then written once. Wants `@latido/react/chat.css`.
 */
export function CallChat(props: CallChatProps): JSX.Element {
  const { labels = enChatLabels, onClose, isOver = false, files = OWN, callId, api } = props;
  const chat = useChat(props);
  const typing = useTyping(props, [props.personId, ...chat.blocked]);
  const drafts = useDrafts({ callId, api, files });
  const [doing, setDoing] = useState<Doing | null>(null);
  const escape = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    if (doing) setDoing(null);
    else onClose?.();
  };
  const mayAttach = files !== null && !isOver && doing?.kind !== 'edit';
  const drop = useDrop(mayAttach ? drafts.add : null);
  return (
    <section
      className="lt-chat"
      aria-label={labels.chat}
      data-testid="chat"
      data-drop={drop.isOver || undefined}
      onKeyDown={escape}
      {...drop.on}
    >
      {drop.isOver && (
        <p className="lt-chat-drop" aria-hidden>
          {labels.dropHere}
        </p>
      )}
      <Head labels={labels} onClose={onClose} />
      <Log
        chat={chat}
        personId={props.personId}
        labels={labels}
        files={files}
        onDoing={isOver ? undefined : setDoing}
      />
      <p className="lt-chat-state lt-chat-typing" aria-live="polite" data-testid="chat-typing">
        {typing.names.length > 0 && !isOver && labels.typing(typing.names)}
      </p>
      {chat.isRefused && (
        <p className="lt-chat-state" role="alert">
          {labels.refused}
        </p>
      )}
      {chat.isOffline && (
        <p className="lt-chat-state" role="status">
          {labels.offline}
        </p>
      )}
      {isOver ? (
        <p className="lt-chat-state">{labels.over}</p>
      ) : (
        <Field
          key={doing ? `${doing.kind} ${doing.message.seq}` : 'new'}
          doing={doing}
          chat={chat}
          labels={labels}
          drafts={mayAttach ? drafts : null}
          onType={typing.say}
          onDone={() => setDoing(null)}
        />
      )}
    </section>
  );
}

function Head({
  labels,
  onClose,
}: Required<Pick<CallChatProps, 'labels'>> & Pick<CallChatProps, 'onClose'>): JSX.Element {
  return (
    <header className="lt-chat-head">
      <h2>{labels.chat}</h2>
      <p>{labels.about}</p>
      {onClose && (
        <button type="button" className="lt-chat-close" aria-label={labels.close} onClick={onClose}>
          <CloseIcon />
        </button>
      )}
    </header>
  );
}

/** One for all chats of a page: made anew, every chat would begin anew. */
const OWN = createFiles();

/** How far from the end somebody still reads the end, px. */
const NEAR = 48;

function Log({
  chat,
  personId,
  labels,
  files,
  onDoing,
}: {
  chat: Chat;
  personId: string;
  labels: ChatLabels;
  files: Files | null;
  onDoing: ((doing: Doing) => void) | undefined;
}): JSX.Element {
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
        // A picture is as high as it is once it is there.
        onLoadCapture={() => isAtEnd.current && toEnd()}
      >
        {chat.isLoaded && messages.length + unsent.length === 0 && (
          <p className="lt-chat-empty">{labels.empty}</p>
        )}
        {messages.map((message, at) => (
          <Message
            key={message.seq}
            message={message}
            personId={personId}
            isFirst={!goesOn(messages[at - 1], message)}
            chat={chat}
            labels={labels}
            files={files}
            onDoing={onDoing}
          />
        ))}
        {unsent.map((each) => (
          <Waiting key={each.id} unsent={each} chat={chat} labels={labels} />
        ))}
      </div>
      {newer > 0 && <Newer words={labels.newer(newer)} onClick={toEnd} />}
    </div>
  );
}

/** A way to what was written since. */
function Newer({ words, onClick }: { words: string; onClick: () => void }): JSX.Element {
  return (
    <button type="button" className="lt-chat-newer" onClick={onClick}>
      {words}
    </button>
  );
}

/** Whether a message stands under the name and time of the one before it. */
function goesOn(before: ChatMessage | undefined, message: ChatMessage): boolean {
  return before?.personId === message.personId && before.at.slice(0, 16) === message.at.slice(0, 16);
}
