import { z } from 'zod';
import { Instant } from './calls.ts';

/** Characters of a message, at most. */
export const MESSAGE_MAX = 4_000;

/** Body of `POST /api/v1/calls/{id}/messages`. `id` is made by the client: sent again it is the same message. */
export const NewMessage = z.object({
  id: z
    .string()
    .min(1)
    .max(64)
    .regex(/^[\w-]+$/, 'letters, digits, - and _ only'),
  text: z
    .string()
    .refine((text) => text.trim() !== '', 'a message says something')
    .max(MESSAGE_MAX),
});
/** @see NewMessage */
export type NewMessage = z.infer<typeof NewMessage>;

/** A message of a call. `seq` counts from 1 without a gap; text is text, never markup. */
export const ChatMessage = z.object({
  id: z.string(),
  callId: z.string(),
  seq: z.number().int(),
  personId: z.string(),
  name: z.string(),
  text: z.string(),
  at: Instant,
});
/** @see ChatMessage */
export type ChatMessage = z.infer<typeof ChatMessage>;

/** Query of `GET /api/v1/calls/{id}/messages`: those after a `seq`, the oldest first. */
export const MessagesQuery = z.object({
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(200).default(100),
});

/** `nextAfter` is the `after` of the next question; `isAll` when nothing is left for now. */
export const Messages = z.object({
  items: z.array(ChatMessage),
  nextAfter: z.number().int(),
  isAll: z.boolean(),
});
/** @see Messages */
export type Messages = z.infer<typeof Messages>;
