import { z } from 'zod';
import { Instant } from './calls.ts';
import { FILES_MAX, MESSAGE_MAX } from './chat-limits.ts';

const Text = z
  .string()
  .refine((text) => text.trim() !== '', 'a message says something')
  .max(MESSAGE_MAX);

/** Body of `POST /api/v1/calls/{id}/messages`. `id` is made by the client: sent again it is the same message. */
export const NewMessage = z
  .object({
    id: z
      .string()
      .min(1)
      .max(64)
      .regex(/^[\w-]+$/, 'letters, digits, - and _ only'),
    /** May be empty where files come along. */
    text: z.string().max(MESSAGE_MAX),
    /** The `seq` of the message that this one answers. */
    replyTo: z.number().int().min(1).optional(),
    /** Ids of files that were sent before, by `POST …/files`. */
    files: z.array(z.string().max(64)).max(FILES_MAX).optional(),
  })
  .refine(({ text, files = [] }) => text.trim() !== '' || files.length > 0, {
    path: ['text'],
    message: 'a message says something, or has a file',
  });
/** @see NewMessage */
export type NewMessage = z.infer<typeof NewMessage>;

/** Body of `PATCH /api/v1/calls/{id}/messages/{seq}`. */
export const ChangedMessage = z.object({ text: Text });

/** Who reacted to a message with an emoji, in the order in which they did. */
export const ChatReaction = z.object({ emoji: z.string(), personIds: z.array(z.string()) });
/** @see ChatReaction */
export type ChatReaction = z.infer<typeof ChatReaction>;

/** A file of a call's chat. */
export const ChatFile = z.object({
  id: z.string(),
  /** As its sender named it; empty once it is gone. */
  name: z.string(),
  /** By its content. */
  type: z.string(),
  bytes: z.number().int(),
  sha256: z.string(),
  /** Whether a page may show it; anything else is only saved. */
  isPicture: z.boolean(),
  /** When it was deleted because its time was over; null while it is there. */
  removedAt: Instant.nullable(),
});
/** @see ChatFile */
export type ChatFile = z.infer<typeof ChatFile>;

/** Query of `POST /api/v1/calls/{id}/files`, whose body is the file itself. */
export const NewFileQuery = z.object({ name: z.string().min(1).max(1_000) });

/** Query of `GET /api/v1/calls/{id}/files/{fileId}`: with `download=1` a picture is saved, too. */
export const FileQuery = z.object({ download: z.enum(['0', '1']).default('0') });

/** A message of a call. `seq` counts from 1 without a gap; text is text, never markup. */
export const ChatMessage = z.object({
  id: z.string(),
  callId: z.string(),
  seq: z.number().int(),
  personId: z.string(),
  name: z.string(),
  /** Empty once it was taken back. */
  text: z.string(),
  at: Instant,
  /** What it answers, and how that begins now; null where it answers nothing, or what this reader is not shown. */
  replyTo: z.object({ seq: z.number().int(), name: z.string(), text: z.string() }).nullable(),
  editedAt: Instant.nullable(),
  deletedAt: Instant.nullable(),
  reactions: z.array(ChatReaction),
  files: z.array(ChatFile),
});
/** @see ChatMessage */
export type ChatMessage = z.infer<typeof ChatMessage>;

/** Query of `GET /api/v1/calls/{id}/messages`: those after a `seq`, the oldest first; or with `changes` those changed since then. */
export const MessagesQuery = z.object({
  after: z.coerce.number().int().min(0).default(0),
  /** The `changes` of an answer before: what has changed since, new ones among them, in that order. `after` is not looked at then. */
  changes: z.coerce.number().int().min(0).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(100),
});

/** `nextAfter` is the `after` of the next question, `changes` that of a question for changes; `isAll` when nothing is left for now. */
export const Messages = z.object({
  items: z.array(ChatMessage),
  nextAfter: z.number().int(),
  changes: z.number().int(),
  isAll: z.boolean(),
  /** People of the call whom this reader does not read: nothing of them is shown, also not that they type. */
  blocked: z.array(z.string()),
});
/** @see Messages */
export type Messages = z.infer<typeof Messages>;

/** Data of `chat.typing`. */
export const ChatTyping = z.object({ callId: z.string(), personId: z.string(), name: z.string() });
/** @see ChatTyping */
export type ChatTyping = z.infer<typeof ChatTyping>;
