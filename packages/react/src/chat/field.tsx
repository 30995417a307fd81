import { MESSAGE_MAX, type ChatMessage } from '@latido/protocol';
import { useEffect, useRef, useState, type JSX, type KeyboardEvent } from 'react';
import type { ChatLabels } from './labels.ts';
import type { Chat } from './use-chat.ts';

/** What is being done with a message of before. */
export interface Doing {
  readonly kind: 'reply' | 'edit';
  readonly message: ChatMessage;
}

/** Where somebody writes: a message, an answer to one, or one of their own anew. Enter sends, Shift and Enter begin a line. */
export function Field({
  doing,
  chat,
  labels,
  onDone,
}: {
  doing: Doing | null;
  chat: Chat;
  labels: ChatLabels;
  onDone: () => void;
}): JSX.Element {
  const edits = doing?.kind === 'edit' ? doing.message : null;
  const answers = doing?.kind === 'reply' ? doing.message : null;
  const [text, setText] = useState(edits?.text ?? '');
  const field = useRef<HTMLTextAreaElement>(null);
  // Whoever opens the chat, answers or edits, writes.
  useEffect(() => field.current?.focus(), []);
  const isTooLong = text.length > MESSAGE_MAX;
  const label = edits ? labels.editing : answers ? labels.replyingTo(answers.name) : labels.write;
  const submit = (): void => {
    const said = text.trim();
    if (said === '' || isTooLong) return;
    if (edits) chat.change(edits, said);
    else chat.send(said, answers?.seq);
    setText('');
    if (doing) onDone();
    else field.current?.focus();
  };
  return (
    <form
      className="lt-chat-field"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {doing && (
        <p className="lt-chat-doing">
          <span>{label}</span>
          <button type="button" onClick={onDone}>
            {labels.cancel}
          </button>
        </p>
      )}
      <textarea
        ref={field}
        rows={2}
        value={text}
        placeholder={labels.write}
        aria-label={label}
        aria-invalid={isTooLong || undefined}
        data-testid="chat-field"
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (!sends(event)) return;
          event.preventDefault();
          submit();
        }}
      />
      <button type="submit" data-testid="chat-send" disabled={text.trim() === '' || isTooLong}>
        {edits ? labels.save : labels.send}
      </button>
      {isTooLong && (
        <p className="lt-chat-state" role="alert">
          {labels.tooLong(MESSAGE_MAX)}
        </p>
      )}
    </form>
  );
}

/** In a composition Enter takes a word, e.g. in Japanese. */
function sends({ key, shiftKey, nativeEvent }: KeyboardEvent): boolean {
  return key === 'Enter' && !shiftKey && !nativeEvent.isComposing;
}
