import { z } from 'zod';
import { Instant } from './calls.ts';
import { MESSAGE_MAX } from './chat-limits.ts';

const Text = z
  .string()
  .refine((text) => text.trim() !== '', 'a message says something')
  .max(MESSAGE_MAX);

/** Body of `POST /api/v1/calls/{id}/messages`. `id` is made by the client: sent again it is the same message. */
export const NewMessage = z.object({
  id: z
    .string()
    .min(1)
    .max(64)
    .regex(/^[\w-]+$/, 'letters, digits, - and _ only'),
  text: Text,
  /** The `seq` of the message that this one answers. */
  replyTo: z.number().int().min(1).optional(),
});
/** @see NewMessage */
export type NewMessage = z.infer<typeof NewMessage>;

/** Body of `PATCH /api/v1/calls/{id}/messages/{seq}`. */
export const ChangedMessage = z.object({ text: Text });

/** Who reacted to a message with an emoji, in the order in which they did. */
export const ChatReaction = z.object({ emoji: z.string(), personIds: z.array(z.string()) });
/** @see ChatReaction */
export type ChatReaction = z.infer<typeof ChatReaction>;

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
});
/** @see Messages */
export type Messages = z.infer<typeof Messages>;
