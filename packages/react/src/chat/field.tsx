import { MESSAGE_MAX, type ChatMessage } from '@latido/protocol';
import {
  useEffect,
  useRef,
  useState,
  type ClipboardEvent,
  type JSX,
  type KeyboardEvent,
  type RefObject,
  type SyntheticEvent,
} from 'react';
import { Icon } from '../parts/icons.tsx';
import { DraftList } from './draft-list.tsx';
import { areSent } from './drafts.ts';
import type { ChatLabels } from './labels.ts';
import type { Chat } from './use-chat.ts';
import type { Drafts } from './use-drafts.ts';

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
  drafts,
  onType,
  onDone,
}: {
  doing: Doing | null;
  chat: Chat;
  labels: ChatLabels;
  /** Files that go along; null where none do. */
  drafts: Drafts | null;
  onType: () => void;
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
  const along = drafts?.all ?? [];
  const isEmpty = text.trim() === '' && (edits !== null || along.length === 0);
  const mayNot = isEmpty || isTooLong || !areSent(along);
  const submit = (event?: SyntheticEvent): void => {
    event?.preventDefault();
    const said = text.trim();
    if (mayNot) return;
    if (edits) chat.change(edits, said);
    else chat.send(said, { replyTo: answers?.seq, files: along.flatMap(({ sent }) => sent ?? []) });
    drafts?.clear();
    setText('');
    if (doing) onDone();
    else field.current?.focus();
  };
  return (
    <form className="lt-chat-field" onSubmit={submit}>
      {doing && <DoingLine label={label} cancel={labels.cancel} onCancel={onDone} />}
      {drafts && <DraftList drafts={drafts} labels={labels} />}
      {drafts && <Attach label={labels.attach} add={drafts.add} />}
      <Words
        field={field}
        text={text}
        labels={labels}
        label={label}
        isTooLong={isTooLong}
        onText={(now) => {
          setText(now);
          if (now !== '' && !edits) onType();
        }}
        onFiles={drafts?.add}
        onSend={() => submit()}
      />
      <button type="submit" data-testid="chat-send" disabled={mayNot}>
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

/** What is being done, and the way out of it. */
function DoingLine(of: { label: string; cancel: string; onCancel: () => void }): JSX.Element {
  return (
    <p className="lt-chat-doing">
      <span>{of.label}</span>
      <button type="button" onClick={of.onCancel}>
        {of.cancel}
      </button>
    </p>
  );
}

/** The field itself. */
function Words(of: {
  field: RefObject<HTMLTextAreaElement | null>;
  text: string;
  labels: ChatLabels;
  label: string;
  isTooLong: boolean;
  onText: (text: string) => void;
  /** What is pasted besides text; undefined where nothing goes along. */
  onFiles: ((files: readonly File[]) => void) | undefined;
  onSend: () => void;
}): JSX.Element {
  const paste = (event: ClipboardEvent): void => {
    // What was copied from a page may come as text and as a picture of it: then the text is meant.
    const pasted = [...event.clipboardData.files];
    if (!of.onFiles || pasted.length === 0 || event.clipboardData.types.includes('text/plain')) return;
    event.preventDefault();
    of.onFiles(pasted);
  };
  return (
    <textarea
      ref={of.field}
      rows={2}
      value={of.text}
      placeholder={of.labels.write}
      aria-label={of.label}
      aria-invalid={of.isTooLong || undefined}
      data-testid="chat-field"
      onChange={(event) => of.onText(event.target.value)}
      onPaste={paste}
      onKeyDown={(event) => {
        if (!sends(event)) return;
        event.preventDefault();
        of.onSend();
      }}
    />
  );
}

/** Chooses files. A label would not be reached by the keyboard: a button opens what is hidden. */
function Attach({ label, add }: { label: string; add: (files: readonly File[]) => void }): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        data-testid="chat-files"
        onChange={({ target }) => {
          add([...(target.files ?? [])]);
          // The same file again is a choice, too.
          target.value = '';
        }}
      />
      <button
        type="button"
        className="lt-chat-attach"
        aria-label={label}
        onClick={() => input.current?.click()}
      >
        {/* A paper clip; drawn here, so that only who opens a chat loads it. */}
        <Icon>
          <path d="M20 11.5l-8.2 8.2a5 5 0 0 1-7.1-7.1l8.6-8.6a3.3 3.3 0 0 1 4.7 4.7l-8.6 8.6a1.6 1.6 0 0 1-2.3-2.3l7.6-7.6" />
        </Icon>
      </button>
    </>
  );
}

/** In a composition Enter takes a word, e.g. in Japanese. */
function sends({ key, shiftKey, nativeEvent }: KeyboardEvent): boolean {
  return key === 'Enter' && !shiftKey && !nativeEvent.isComposing;
}
