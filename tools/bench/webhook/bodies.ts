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

/** So many webhooks of many rooms, as LiveKit sends them: each participant joins, publishes twice and leaves. */
export function prepare(count: number, label: string): Prepared[] {
  return Array.from({ length: count }, (_, n) => {
    const visit = Math.floor(n / 4);
    const id = `EV_${label}_${n}`;
    const input = { room: `room-${label}-${visit % 500}`, participant: `person-${label}-${visit}`, id };
    const make =
      [participantJoined, trackPublished, trackPublished, participantLeft][n % 4] ?? participantJoined;
    return { id, request: requestOf(webhookBody(make(input))) };
  });
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
