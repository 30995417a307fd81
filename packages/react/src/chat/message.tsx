import type { Files } from '@latido/client';
import type { ChatMessage, ChatReaction } from '@latido/protocol';
import { useRef, useState, type JSX } from 'react';
import { CloseIcon, MoreIcon } from '../parts/icons.tsx';
import type { Doing } from './field.tsx';
import type { ChatLabels } from './labels.ts';
import { partsOf } from './links.ts';
import { MessageFiles } from './message-files.tsx';
import type { Unsent } from './messages.ts';
import type { Chat } from './use-chat.ts';

/** Reactions that are one press away. */
const USUAL = ['👍', '❤️', '😂', '😮'];

interface MessageProps {
  readonly message: ChatMessage;
  readonly personId: string;
  /** Whether it stands under a name and a time of its own. */
  readonly isFirst: boolean;
  readonly chat: Chat;
  readonly labels: ChatLabels;
  readonly files: Files | null;
  /** Answers or changes it; undefined where nothing is written any more. */
  readonly onDoing: ((doing: Doing) => void) | undefined;
}

/** A message as it stands: who, when, what it answers, its text with links, and reactions. */
export function Message(props: MessageProps): JSX.Element {
  const { message, personId, isFirst, labels } = props;
  const { replyTo, editedAt, deletedAt } = message;
  const isOwn = message.personId === personId;
  const at = new Date(message.at).toLocaleTimeString(labels.language, { hour: '2-digit', minute: '2-digit' });
  return (
    <div className="lt-chat-message" data-own={isOwn || undefined} data-testid="chat-message">
      {isFirst && (
        <p className="lt-chat-who">
          <strong>{isOwn ? labels.mine : message.name}</strong> <time dateTime={message.at}>{at}</time>
        </p>
      )}
      {replyTo && (
        <p className="lt-chat-reply">
          {replyTo.name}: {replyTo.text || labels.deleted}
        </p>
      )}
      {deletedAt === null ? (
        message.text !== '' && (
          <p className="lt-chat-text">
            <Text text={message.text} />
            {editedAt !== null && <span className="lt-chat-edited"> ({labels.edited})</span>}
          </p>
        )
      ) : (
        <p className="lt-chat-text lt-chat-gone">{labels.deleted}</p>
      )}
      <MessageFiles callId={message.callId} list={message.files} files={props.files} labels={labels} />
      {deletedAt === null && <Below {...props} isOwn={isOwn} />}
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

/** Reactions that there are, and what can be done with the message. */
function Below(props: MessageProps & { isOwn: boolean }): JSX.Element | null {
  const { message, personId, chat, labels, onDoing, isOwn } = props;
  const menu = useRef<HTMLDetailsElement>(null);
  const given = message.reactions;
  if (!onDoing && given.length === 0) return null;
  const hasOwn = ({ personIds }: ChatReaction): boolean => personIds.includes(personId);
  const close = (): void => {
    if (menu.current) menu.current.open = false;
  };
  return (
    <div className="lt-chat-below">
      {given.map((reaction) => (
        <button
          key={reaction.emoji}
          type="button"
          className="lt-chat-reaction"
          aria-pressed={hasOwn(reaction)}
          disabled={!onDoing}
          data-testid="chat-reaction"
          onClick={() => chat.react(message, reaction.emoji, !hasOwn(reaction))}
        >
          {labels.react(reaction.emoji, reaction.personIds.length)}
        </button>
      ))}
      {onDoing && (
        <details ref={menu} className="lt-chat-more">
          <summary aria-label={labels.more(isOwn ? labels.mine : message.name)} data-testid="chat-more">
            <MoreIcon />
          </summary>
          <div>
            {USUAL.filter((emoji) => !given.some((each) => each.emoji === emoji)).map((emoji) => (
              <button
                key={emoji}
                type="button"
                aria-label={labels.react(emoji, 0)}
                onClick={() => {
                  close();
                  chat.react(message, emoji, true);
                }}
              >
                {emoji}
              </button>
            ))}
            <button type="button" onClick={() => onDoing({ kind: 'reply', message })}>
              {labels.reply}
            </button>
            {isOwn && (
              <>
                <button type="button" onClick={() => onDoing({ kind: 'edit', message })}>
                  {labels.edit}
                </button>
                <TakeBack labels={labels} onSure={() => chat.change(message, null)} />
              </>
            )}
          </div>
        </details>
      )}
    </div>
  );
}

/** What is taken back does not come again: it is asked once more, on the same place. */
function TakeBack({ labels, onSure }: { labels: ChatLabels; onSure: () => void }): JSX.Element {
  const [asks, setAsks] = useState(false);
  return (
    <button
      type="button"
      aria-live="polite"
      onClick={() => (asks ? onSure() : setAsks(true))}
      onBlur={() => setAsks(false)}
      data-testid="chat-take-back"
    >
      {asks ? labels.reallyTakeBack : labels.takeBack}
    </button>
  );
}

/** A text that is on its way, or was not sent. */
export function Waiting({
  unsent,
  chat,
  labels,
}: {
  unsent: Unsent;
  chat: Chat;
  labels: ChatLabels;
}): JSX.Element {
  const { text, failure, files = [] } = unsent;
  const why = failure === 'many' ? labels.tooMany : failure === 'over' ? labels.over : labels.failed;
  return (
    <div className="lt-chat-message" data-own data-failed={failure ?? undefined} data-testid="chat-unsent">
      {text !== '' && <p className="lt-chat-text">{text}</p>}
      {files.map(({ id, name }) => (
        <p key={id} className="lt-chat-text">
          {name}
        </p>
      ))}
      <p className="lt-chat-who" role={failure === null ? undefined : 'alert'}>
        {failure === null ? labels.sending : why}{' '}
        {failure !== null && failure !== 'over' && (
          <button type="button" onClick={() => chat.sendAgain(unsent)}>
            {labels.again}
          </button>
        )}
        {failure !== null && (
          <button type="button" aria-label={labels.cancel} onClick={() => chat.drop(unsent)}>
            <CloseIcon />
          </button>
        )}
      </p>
    </div>
  );
}
