import { z } from 'zod';
import { Instant } from './calls.ts';
import { CONNECTION_STEPS } from './choices.ts';

/** What a connection test looks at, in this order. */
export const ConnectionStepName = z.enum(CONNECTION_STEPS);
/** @see ConnectionStepName */
export type ConnectionStepName = z.infer<typeof ConnectionStepName>;

/**
 * Why a step did not pass. `denied`, `missing`, `busy`: the device. `silent`: the microphone gave no sound. `no_picture`: no frame came.
 * `not_reached`: no connection that way within the time. `unanswered`: nobody answered the browser's question, or the device did
 * not open. `not_tried`: a step before it failed.
 */
export const ConnectionStepCode = z.enum([
  'denied',
  'missing',
  'busy',
  'silent',
  'no_picture',
  'not_reached',
  'unanswered',
  'not_tried',
]);
/** @see ConnectionStepCode */
export type ConnectionStepCode = z.infer<typeof ConnectionStepCode>;

/** One step: it passed, or why not; how long it took. */
export const ConnectionStep = z
  .strictObject({
    step: ConnectionStepName,
    passed: z.boolean(),
    code: ConnectionStepCode.nullable(),
    ms: z.number().int().min(0).max(600_000),
  })
  .refine(({ passed, code }) => passed === (code === null), {
    error: 'A step that passed has no code, and one that did not says why.',
  });
/** @see ConnectionStep */
export type ConnectionStep = z.infer<typeof ConnectionStep>;

/** Body of `POST /api/v1/connection-tests`. */
export const NewConnectionTest = z.strictObject({
  steps: z
    .array(ConnectionStep)
    .min(1)
    .max(ConnectionStepName.options.length)
    .refine((steps) => new Set(steps.map(({ step }) => step)).size === steps.length, 'A step stands once.'),
});
/** @see NewConnectionTest */
export type NewConnectionTest = z.infer<typeof NewConnectionTest>;

/** A connection test as it is kept. */
export const ConnectionTest = z.object({
  id: z.string(),
  personId: z.string(),
  at: Instant,
  steps: z.array(ConnectionStep),
  /** What the browser calls itself. */
  browser: z.string(),
});
/** @see ConnectionTest */
export type ConnectionTest = z.infer<typeof ConnectionTest>;
