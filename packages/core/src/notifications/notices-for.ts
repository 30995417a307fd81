import type { CallEnd } from '../calls/index.ts';
import { reasonOfLeave } from '../calls/index.ts';
import type { Absence, NoticeInterval } from './absences.ts';
import { absencesOf, firstThere } from './absences.ts';

/** What notices read of a call. Instants are epoch ms. */
export interface NoticeCall {
  readonly callId: string;
  readonly roomName: string;
  readonly status: string;
  /** Who was called to it; null where people came by themselves. */
  readonly called: string | null;
  readonly createdBy: string | null;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** A person's id, or `system`. */
  readonly endedBy: string | null;
  readonly endReason: CallEnd['reason'] | null;
  readonly graceUntil: number | null;
  /** Whether what it cost is final. */
  readonly settled: boolean;
  /** What each of its people was last told of each other's absences. */
  readonly toldBefore?: readonly ToldBefore[];
}

/** Somebody of the call. */
export interface NoticePerson {
  readonly personId: string;
  readonly name: string;
  readonly role: string;
}

interface About {
  readonly callId: string;
  readonly roomName: string;
  readonly personId: string;
  readonly name: string;
}

/** What a message says. The server's `notify` takes it only if it is what the protocol's NOTICES say of the type. */
type Content =
  | { readonly type: 'call.partner_joined'; readonly payload: About & { readonly at: string } }
  | {
      readonly type: 'call.partner_left';
      readonly payload: About & {
        readonly reason: CallEnd['reason'];
        readonly state: 'unreachable' | 'left' | 'ended';
        readonly at: string;
        readonly graceUntil: string | null;
      };
    }
  | {
      readonly type: 'call.partner_back';
      readonly payload: About & { readonly at: string; readonly gapMs: number };
    }
  | {
      readonly type: 'call.ended';
      readonly payload: Pick<About, 'callId' | 'roomName'> & {
        readonly endReason: CallEnd['reason'];
        readonly endedBy: string | null;
        readonly at: string;
        readonly settled: boolean;
      };
    }
  | {
      readonly type: 'call.missed';
      readonly payload: About & { readonly at: string; readonly reason: CallEnd['reason'] };
    };

/** One message to one recipient. */
export type Told = Content & {
  readonly recipientId: string;
  /** Told once under this key; the same for the same event, whenever and however often it is reckoned. */
  readonly dedupKey: string;
  /** Told only if the recipient was told under one of these keys before. */
  readonly onlyAfter?: readonly string[];
};

/** What a recipient was last told of somebody's absence: that they are away, or (state null) that they are back. */
export interface ToldBefore {
  readonly recipientId: string;
  readonly personId: string;
  readonly dedupKey: string;
  readonly state: 'unreachable' | 'left' | null;
  /** Epoch ms: from when on it holds. */
  readonly at: number;
}

interface Subject {
  readonly call: NoticeCall;
  readonly people: readonly NoticePerson[];
  readonly person: NoticePerson;
  /** Who has been told that they are away by a notice that no absence of today's reading has (NOTE-13). */
  readonly dangling: readonly ToldBefore[];
}

/**
 * Everything that the people of a call have to be told by now, in the order of telling. The same situation gives
 * the same keys: whoever stores them under a unique key tells each of them once.
 */
export function noticesFor(
  call: NoticeCall,
  people: readonly NoticePerson[],
  intervals: readonly NoticeInterval[],
): Told[] {
  const { toldBefore = [] } = call;
  const told = people.flatMap((person) => {
    const own = intervals.filter((each) => each.personId === person.personId);
    const absences = absencesOf(own);
    const known = new Set(
      absences.flatMap((each) => WHERE_AWAY.map((state) => awayKey({ call, person }, each, state))),
    );
    const dangling = toldBefore.filter(
      (each) => each.personId === person.personId && each.state !== null && !known.has(each.dedupKey),
    );
    const subject = { call, people, person, dangling };
    const last = absences.at(-1);
    return [
      ...joined(subject, own),
      ...backs(subject, absences),
      ...(own.length > 0 ? backAfterAll(subject, last) : []),
      ...away(subject, last),
    ];
  });
  // Matching tells the two itself what became of its offer (NOTE-14).
  if (call.endReason === 'not_matched') return [];
  return call.status === 'ended' ? [...told, ...ended(call, people, intervals)] : told;
}

function joined(subject: Subject, own: readonly NoticeInterval[]): Told[] {
  const at = firstThere(own);
  if (at === null) return [];
  const dedupKey = `joined:${keyOf(subject)}`;
  return toOthers(subject, (about) => ({
    dedupKey,
    type: 'call.partner_joined',
    payload: { ...about, at: iso(at) },
  }));
}

function backs(subject: Subject, absences: readonly Absence[]): Told[] {
  return absences.flatMap((absence) => {
    if (absence.backAt === null) return [];
    const when = { at: iso(absence.backAt), gapMs: absence.backAt - absence.awayAt };
    const dedupKey = `back:${keyOf(subject)}:${absence.participantSid}:${absence.awayAt}`;
    const onlyAfter = [awayKey(subject, absence, 'unreachable'), awayKey(subject, absence, 'left')];
    return toOthers(subject, (about) => ({
      dedupKey,
      type: 'call.partner_back',
      payload: { ...about, ...when },
      onlyAfter,
    }));
  });
}

/**
 * A late proof moves the beginning of an absence, or takes it away. Whoever was told of it as it was read then is told
 * once more that the person is there (NOTE-13).
 */
function backAfterAll(subject: Subject, last: Absence | undefined): Told[] {
  if (subject.call.status === 'ended' || last?.backAt === null) return [];
  return subject.dangling.flatMap(({ recipientId, dedupKey, at: awayAt }) => {
    const isSame = last !== undefined && last.backAt !== null && last.backAt > awayAt;
    const when = isSame
      ? { at: iso(last.backAt ?? awayAt), gapMs: (last.backAt ?? awayAt) - last.awayAt }
      : { at: iso(awayAt), gapMs: 0 };
    return toOthers(subject, (about) => ({
      dedupKey: `back:${dedupKey}`,
      type: 'call.partner_back',
      payload: { ...about, ...when },
      onlyAfter: [dedupKey],
    })).filter((told) => told.recipientId === recipientId);
  });
}

function away(subject: Subject, absence: Absence | undefined): Told[] {
  if (absence === undefined || absence.backAt !== null || subject.call.status === 'ended') return [];
  const { state } = absence;
  if (state !== 'unreachable' && state !== 'left') return [];
  // Another tab of theirs takes over: LiveKit says so a moment before it is there.
  if (absence.leftReason === 'duplicate' || absence.byMediaServer) return [];
  const graceUntil = subject.call.graceUntil === null ? null : iso(subject.call.graceUntil);
  const reason = goneReason(absence.leftReason);
  const at = iso(absence.awayAt);
  const dedupKey = awayKey(subject, absence, state);
  const knows = (recipientId: string): boolean =>
    subject.dangling.some(
      (each) => each.recipientId === recipientId && (each.state === 'left' || state !== 'left'),
    );
  return toOthers(subject, (about) => ({
    dedupKey,
    type: 'call.partner_left',
    payload: { ...about, reason, state, at, graceUntil },
  })).filter((told) => !knows(told.recipientId));
}

function ended(
  call: NoticeCall,
  people: readonly NoticePerson[],
  intervals: readonly NoticeInterval[],
): Told[] {
  const at = iso(call.endedAt ?? 0);
  const { callId, roomName, endedBy, endReason, settled } = call;
  if (endReason === null) return [];
  const gone = endedByWhom(call, people, intervals);
  const dedupKey = `left:${callId}:${gone?.personId}:ended`;
  const end = { reason: endReason, state: 'ended' as const, at, graceUntil: null };
  const left = gone
    ? toOthers({ call, people, person: gone }, (about) => ({
        dedupKey,
        type: 'call.partner_left',
        payload: { ...about, ...end },
      }))
    : [];
  const all = people.map(({ personId }): Told => ({
    recipientId: personId,
    dedupKey: `ended:${callId}`,
    type: 'call.ended',
    payload: { callId, roomName, endReason, endedBy, at, settled },
  }));
  return [...left, ...all, ...missed(call, people, intervals)];
}

/** Who was called, never came and did not say no has missed a call (NOTE-14). */
function missed(
  call: NoticeCall,
  people: readonly NoticePerson[],
  intervals: readonly NoticeInterval[],
): Told[] {
  const { callId, roomName, called, startedAt, endReason, endedBy } = call;
  const caller = people.find(({ personId }) => personId === call.createdBy);
  if (called === null || !caller || startedAt !== null || endReason === null || endedBy === called) return [];
  // Of these two neither asks for the other any more.
  if (endReason === 'parted') return [];
  if (firstThere(intervals.filter(({ personId }) => personId === called)) !== null) return [];
  const { personId, name } = caller;
  const payload = { callId, roomName, personId, name, at: iso(call.endedAt ?? 0), reason: endReason };
  return [{ recipientId: called, dedupKey: `missed:${callId}`, type: 'call.missed', payload }];
}

function endedByWhom(
  { endedBy, endReason }: NoticeCall,
  people: readonly NoticePerson[],
  intervals: readonly NoticeInterval[],
): NoticePerson | undefined {
  const by = people.find(({ personId }) => personId === endedBy);
  if (by || endReason === 'expired' || endReason === 'no_answer' || endReason === 'parted') return by;
  if (endReason === 'out_of_balance') return people.find(({ role }) => role === 'payer');
  const gone = people.flatMap((person) => {
    const own = intervals.filter((each) => each.personId === person.personId);
    const last = absencesOf(own).at(-1);
    if (!last || last.backAt !== null || last.byMediaServer) return [];
    return [{ person, awayAt: last.awayAt }];
  });
  return gone.toSorted((a, b) => a.awayAt - b.awayAt || (a.person.personId < b.person.personId ? -1 : 1))[0]
    ?.person;
}

/** Why a person is gone, out of the reason of their last interval's end. */
export function goneReason(leftReason: string | null): 'hung_up' | 'left' | 'removed' | 'lost_connection' {
  return leftReason === 'bye' ? 'hung_up' : reasonOfLeave(leftReason);
}

const WHERE_AWAY = ['unreachable', 'left'] as const;

/** A page that left has no gap: it is away from its end, and of one sid there is only one end. */
function awayKey(
  subject: Pick<Subject, 'call' | 'person'>,
  absence: Absence,
  state: 'unreachable' | 'left',
): string {
  const epoch = state === 'left' ? 'left' : `unreachable:${absence.awayAt}`;
  return `left:${keyOf(subject)}:${absence.participantSid}:${epoch}`;
}

function keyOf({ call, person }: Pick<Subject, 'call' | 'person'>): string {
  return `${call.callId}:${person.personId}`;
}

/** What is told, but for its recipient; for each type of its own, so that each keeps its payload. */
type Untold<T = Told> = T extends unknown ? Omit<T, 'recipientId'> : never;

function toOthers(
  { call, people, person }: Omit<Subject, 'dangling'>,
  say: (about: About) => Untold,
): Told[] {
  const { callId, roomName } = call;
  const said = say({ callId, roomName, personId: person.personId, name: person.name });
  return people
    .filter(({ personId }) => personId !== person.personId)
    .map(({ personId }): Told => ({ recipientId: personId, ...said }));
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
