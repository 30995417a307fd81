import {
  participantJoined,
  participantLeft,
  signWebhook,
  trackPublished,
  webhookBody,
} from '@latido/testkit';

export const KEY = 'benchkey';
export const SECRET = 'a-secret-of-at-least-32-characters-xx';

/** A webhook that is ready to be sent. */
export interface Prepared {
  readonly id: string;
  readonly request: Buffer;
}

const ROOMS = 500;
/** So many people are in the rooms at the same time. */
const PRESENT = 1_000;
const STEPS = [participantJoined, trackPublished, trackPublished, participantLeft] as const;

interface Visit {
  readonly room: string;
  readonly participant: string;
  step: number;
}

/**
 * So many webhooks as LiveKit sends them: people join rooms at random, publish twice and leave; the events of one
 * person come in order, between those of all the others.
 */
export function prepare(count: number, label: string): Prepared[] {
  let visits = 0;
  const enter = (): Visit => ({
    room: `room-${label}-${pick(ROOMS)}`,
    participant: `person-${label}-${(visits += 1)}`,
    step: 0,
  });
  const present = Array.from({ length: Math.min(PRESENT, count) }, enter);
  return Array.from({ length: count }, (_, n) => {
    const at = pick(present.length);
    const visit = present[at] ?? enter();
    const make = STEPS[visit.step] ?? participantLeft;
    visit.step += 1;
    if (visit.step === STEPS.length) present[at] = enter();
    const id = `EV_${label}_${n}`;
    const { room, participant } = visit;
    return { id, request: requestOf(webhookBody(make({ room, participant, id }))) };
  });
}

function pick(below: number): number {
  return Math.floor(Math.random() * below);
}

function requestOf(body: string): Buffer {
  const head = [
    'POST /api/livekit/webhook HTTP/1.1',
    'Host: 127.0.0.1',
    `Authorization: ${signWebhook(body, KEY, SECRET)}`,
    'Content-Type: application/webhook+json',
    'User-Agent: Go-http-client/1.1',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}
