import { createHash } from 'node:crypto';
import type { NewFact } from '@latido/core';
import { CREATED_AT_CUT_MS } from '@latido/core';

/** A body with a good signature, as it came. */
export interface ReceivedWebhook {
  readonly body: Buffer;
  /** Epoch ms. */
  readonly receivedAt: number;
}

/** A body with a good signature that is no event: kept as it came. */
export interface UnreadableWebhook extends ReceivedWebhook {
  readonly problem: string;
}

/** A time outside of these years is a mistake of whoever sent it. */
const EARLIEST_AT = Date.UTC(2020, 0);
const LATEST_AT = Date.UTC(2100, 0);

/**
 * Reads a webhook as a fact. Tolerant: any field may be missing, unknown event names are kept, numbers may be strings;
 * only what is no JSON object at all is unreadable. The room's turnPassword is never stored.
 */
export function readWebhook({ body, receivedAt }: ReceivedWebhook): NewFact | UnreadableWebhook {
  const event = parse(body.toString());
  if (typeof event === 'string') return { body, receivedAt, problem: event };
  const room = record(event['room']);
  const participant = record(event['participant']);
  const type = text(event['event']) ?? 'unknown';
  return {
    source: 'webhook',
    sourceEventId: text(event['id']) ?? `sha256:${createHash('sha256').update(body).digest('hex')}`,
    roomName: text(room['name']) ?? roomOfOthers(event) ?? '',
    roomSid: text(room['sid']),
    participantSid: text(participant['sid']),
    identity: text(participant['identity']),
    type,
    occurredAt: occurredAt({ type, payload: event, receivedAt }) ?? receivedAt,
    receivedAt,
    payload: storedOf(event),
  };
}

/** Whether {@link readWebhook} could not read it. */
export function isUnreadable(read: NewFact | UnreadableWebhook): read is UnreadableWebhook {
  return 'problem' in read;
}

type Fields = Readonly<Record<string, unknown>>;

function parse(body: string): Fields | string {
  try {
    // Postgres stores neither NUL nor half of a surrogate pair, wherever in the text it stands.
    const value: unknown = /\\u0000|\\ud[89a-f]/i.test(body) ? JSON.parse(body, storable) : JSON.parse(body);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
    return 'the body is JSON, but no object';
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message.slice(0, 200)}` : 'the body is no JSON';
  }
}

function storable(_key: string, value: unknown): unknown {
  if (typeof value === 'string') return clean(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [clean(key), each]));
}

function clean(value: string): string {
  return value.replace(/\0|\p{Surrogate}/gu, '\uFFFD');
}

/**
 * LiveKit's `createdAt` is cut to the second. A participant's `joinedAtMs` is exact, but it is when the signalling
 * connected: the event is made once media is up, and nobody is there before (PRES-R9). That is within the second that
 * `createdAt` names, and by the time the event has come to us. Of a clock that is ahead of ours by `offsetMs`.
 */
export function occurredAt(
  { type, payload, receivedAt }: Pick<NewFact, 'type' | 'payload' | 'receivedAt'>,
  offsetMs = 0,
): number | null {
  const participant = record(payload['participant']);
  const createdAt = instant(payload['createdAt'], 1000);
  if (type !== 'participant_joined') return createdAt === null ? null : createdAt - offsetMs;
  const connectedAt = instant(participant['joinedAtMs'], 1) ?? instant(participant['joinedAt'], 1000);
  if (createdAt === null) return connectedAt === null ? null : connectedAt - offsetMs;
  const madeAt = createdAt - offsetMs;
  const upBy = Math.min(Math.max(receivedAt, madeAt), madeAt + CREATED_AT_CUT_MS);
  return Math.max(connectedAt === null ? upBy : connectedAt - offsetMs, upBy);
}

/** An instant of LiveKit's, epoch ms; null where it says none. */
export function instant(value: unknown, unitMs: number): number | null {
  const at = typeof value === 'number' || typeof value === 'string' ? Number(value) * unitMs : Number.NaN;
  return at >= EARLIEST_AT && at < LATEST_AT ? Math.floor(at) : null;
}

function roomOfOthers(event: Fields): string | null {
  return text(record(event['egressInfo'])['roomName']) ?? text(record(event['ingressInfo'])['roomName']);
}

/** Without the password, and without what only we may say of it. */
function storedOf(event: Fields): Fields {
  const room = record(event['room']);
  const { clockOffsetMs: _forged, joinedOffsetMs: _too, ...said } = event;
  if (!('turnPassword' in room)) return said;
  return {
    ...said,
    room: Object.fromEntries(Object.entries(room).filter(([key]) => key !== 'turnPassword')),
  };
}

export function record(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
