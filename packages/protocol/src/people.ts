import { z } from 'zod';

/** What somebody may do. A client pays, a model earns, a mentee pays, a mentor earns. */
export const Role = z.enum(['client', 'model', 'mentor', 'mentee', 'collector', 'manager', 'admin']);
/** @see Role */
export type Role = z.infer<typeof Role>;

/** Roles that pay for a call. */
export const PAYING: readonly Role[] = ['client', 'mentee'];
/** Roles that earn by a call. */
export const EARNING: readonly Role[] = ['model', 'mentor'];

/** `GET /api/v1/me`. */
export const Me = z.object({
  personId: z.string(),
  name: z.string(),
  email: z.string().nullable(),
  roles: z.array(Role),
  locale: z.string(),
});
/** @see Me */
export type Me = z.infer<typeof Me>;
