import { firstInstantFrom, slotsOf, type SlotRules } from '@latido/core';
import type { Slots, SlotsQuery } from '@latido/protocol';
import { personByIdOrEmail, type Person } from '../access/index.ts';
import type { Db } from '../platform/index.ts';
import { problem } from '../platform/index.ts';
import { busyOf } from './busy.ts';
import { hoursOf, offeringsOf, seatsLeft, type OfferingRow } from './offers.ts';

/** A mentor as somebody may see them. Who has not begun to offer is shown to themselves only. @throws person.not_found */
export async function mentorFor(
  db: Db,
  { personId, readerId }: { personId: string; readerId: string },
): Promise<{ person: Person; hours: SlotRules | null; offerings: readonly OfferingRow[] }> {
  const person = await personByIdOrEmail(db, personId);
  if (!person || person.bannedAt) throw noMentor(personId);
  const [hours, offerings] = [await hoursOf(db, person.id), await offeringsOf(db, person.id)];
  const hasBegun = hours !== null || offerings.length > 0;
  if (!hasBegun && person.id !== readerId) throw noMentor(personId);
  return { person, hours, offerings };
}

const DAY_MS = 86_400_000;
/** What is shown of an offering to whom names no end. */
const SHOWN_MS = 14 * DAY_MS;
/** A question about more than this is answered up to it. */
const ASKED_MS_MAX = 100 * DAY_MS;

/** The times of an offering that can be booked within what was asked for, with sessions that have seats left. */
export async function slotsFor(
  db: Db,
  { id, mentorId, minutes }: { id: string; mentorId: string; minutes: number },
  { asked, now }: { asked: Pick<SlotsQuery, 'from' | 'to'>; now: number },
): Promise<Slots> {
  const rules = await hoursOf(db, mentorId);
  if (!rules) return { items: [], timeZone: null };
  const within = stretchOf(asked, { now, timeZone: rules.timeZone });
  const lengthMs = minutes * 60_000;
  const busy = await busyOf(db, mentorId);
  const free = slotsOf({ rules, lengthMs, busy, within, now }).map(([startsAt]) => ({ startsAt }));
  // A session that others have booked has seats, too.
  const begun = [...(await seatsLeft(db, id))]
    .filter(([startsAt, left]) => left > 0 && startsAt > now && startsAt >= within[0] && startsAt < within[1])
    .map(([startsAt, left]) => ({ startsAt, seatsLeft: left }));
  const items = [...free, ...begun].toSorted((a, b) => a.startsAt - b.startsAt);
  const instant = (at: number) => new Date(at).toISOString();
  return {
    items: items.map((each) => ({
      ...each,
      startsAt: instant(each.startsAt),
      endsAt: instant(each.startsAt + lengthMs),
    })),
    timeZone: rules.timeZone,
  };
}

function noMentor(personId: string): Error {
  return problem('person.not_found', `Nobody with the id ${personId.slice(0, 64)} offers sessions.`);
}

function stretchOf(
  { from, to }: Pick<SlotsQuery, 'from' | 'to'>,
  { now, timeZone }: { now: number; timeZone: string },
): [number, number] {
  const isDate = (given: string): boolean => !given.includes('T');
  const at = (given: string, days = 0): number =>
    isDate(given) ? firstInstantFrom(timeZone, Date.parse(given) + days * DAY_MS) : Date.parse(given);
  const fromAt = from === undefined ? now : at(from);
  // A date alone is the whole of that day.
  const toAt = to === undefined ? fromAt + SHOWN_MS : at(to, 1);
  return [fromAt, Math.min(toAt, fromAt + ASKED_MS_MAX)];
}
