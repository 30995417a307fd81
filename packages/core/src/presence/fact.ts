/** Who says it. */
export type FactSource = 'webhook' | 'sdk' | 'proof' | 'poll' | 'api' | 'admin' | 'detector';

/** One immutable row of the log: something that somebody said at an instant. Instants are epoch ms. */
export interface Fact {
  readonly seq: bigint;
  readonly source: FactSource;
  /** Unique within its source: the same thing said twice is one fact. */
  readonly sourceEventId: string;
  readonly roomName: string;
  readonly roomSid: string | null;
  readonly participantSid: string | null;
  readonly identity: string | null;
  readonly callId: string | null;
  /** LiveKit's event name, or ours: `connected`, `bye`, `proof`, `listed`, `unreachable`, … (SPEC.md). */
  readonly type: string;
  /** When it happened; for a verdict, from when on it holds (its effective time). */
  readonly occurredAt: number;
  readonly receivedAt: number;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** A fact that has no place in the log yet. */
export type NewFact = Omit<Fact, 'seq' | 'callId'> & { readonly callId?: string | null };

/** What LiveKit tells of a participant in a webhook or a list; track events bring ids only. */
export interface ParticipantSaid {
  readonly name: string | null;
  readonly kind: string;
  /** Started by whoever runs this LiveKit, with the API secret: egress, ingress, agents, recorders. */
  readonly isMachine: boolean;
  readonly disconnectReason: string;
  /** Of a telephone, as `sip.callStatus` has it: whether it rings and nobody has answered yet; null where it is not said. */
  readonly isRinging: boolean | null;
  /** When it joined (epoch ms), as LiveKit says also when it has left; null where it does not say. */
  readonly joinedAt: number | null;
  /** Whether LiveKit sent the whole participant, so that what is missing is zero and not untold. */
  readonly whole: boolean;
}

/** LiveKit's ParticipantInfo.Kind by number: JSON of protobuf may carry an enum as either. */
const KINDS: Readonly<Record<number, string>> = {
  0: 'STANDARD',
  1: 'INGRESS',
  2: 'EGRESS',
  3: 'SIP',
  4: 'AGENT',
  7: 'CONNECTOR',
  8: 'BRIDGE',
};

const MACHINES: readonly string[] = ['INGRESS', 'EGRESS', 'AGENT', 'BRIDGE'];

/** Kinds that come from a telephone network or a messenger, and may have a number instead of a name. */
const BY_NUMBER: readonly string[] = ['SIP', 'CONNECTOR'];

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** A time before this is none: zero, or a mistake of whoever sent it. */
const EARLIEST_AT = Date.UTC(2020, 0);

/** LiveKit writes 64-bit numbers as text. */
function instant(value: unknown, unitMs: number): number | null {
  const at = typeof value === 'number' || typeof value === 'string' ? Math.floor(Number(value) * unitMs) : 0;
  return at >= EARLIEST_AT ? at : null;
}

/** Reads `payload.participant` in LiveKit's JSON (zero values are left out; `kind` absent is STANDARD). */
export function participantSaid(payload: Readonly<Record<string, unknown>>): ParticipantSaid {
  const participant = record(payload['participant']);
  const permission = record(participant['permission']);
  const kind = text(participant['kind']) ?? KINDS[Number(participant['kind'] ?? 0)] ?? 'STANDARD';
  const attributes = record(participant['attributes']);
  const number = BY_NUMBER.includes(kind) ? text(attributes['sip.phoneNumber']) : null;
  return {
    name: text(participant['name']) ?? number,
    kind: permission['recorder'] === true ? 'RECORDER' : permission['hidden'] === true ? 'HIDDEN' : kind,
    isMachine: MACHINES.includes(kind) || permission['recorder'] === true,
    disconnectReason: text(participant['disconnectReason']) ?? 'UNKNOWN_REASON',
    isRinging: kind === 'SIP' ? ringing(text(attributes['sip.callStatus'])) : null,
    joinedAt: instant(participant['joinedAtMs'], 1) ?? instant(participant['joinedAt'], 1000),
    whole: 'joinedAt' in participant || 'joinedAtMs' in participant || 'state' in participant,
  };
}

function ringing(callStatus: string | null): boolean | null {
  if (callStatus === 'dialing' || callStatus === 'ringing') return true;
  return callStatus === 'active' || callStatus === 'automation' ? false : null;
}

/**
 * The person behind an identity: `/token-secure` signs the person's id, `/token` signs `<person>~<random>` so
 * that one person may open two tabs. Null for identities that are not ours. Nothing else says who somebody is: name,
 * metadata and attributes may be changed by a participant whose token allows it (PRES-R14).
 */
export function personOfIdentity(identity: string): string | null {
  const end = identity.indexOf('~');
  const person = end === -1 ? identity : identity.slice(0, end);
  return person.startsWith('person_') ? person : null;
}
