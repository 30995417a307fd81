import type { Credit } from '../../app/collections.ts';

/** What people call a credit: the id that the lender's own system has for it, or the end of ours. */
export const numberOf = ({ id, externalId }: Pick<Credit, 'id' | 'externalId'>): string =>
  externalId ?? id.slice(-4);

/** A calendar day as an instant that formats as that day everywhere. */
export const dayAt = (day: string): Date => new Date(`${day}T12:00:00`);

/** Today as the reader's clock has it. */
export function todayHere(): string {
  const now = new Date();
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

/** An id for something that is sent until it has arrived. */
export const changeId = (): string => crypto.randomUUID();
