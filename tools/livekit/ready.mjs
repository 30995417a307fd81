import { createHmac } from 'node:crypto';

/**
 * When the LiveKit of these ports and keys began, by its own word; null while it does not answer, or when another one
 * answers in its place. Two that start in the same moment may choose the same port: the key tells whose it is.
 *
 * @param {{ port: number, metricsPort: number, apiKey: string, apiSecret: string }} options
 * @returns {Promise<Date | null>}
 */
export async function startOf({ port, metricsPort, apiKey, apiSecret }) {
  if (!(await knowsKey({ port, apiKey, apiSecret }))) return null;
  const metrics = await ask(`http://127.0.0.1:${metricsPort}/metrics`);
  const seconds = /^process_start_time_seconds ([\d.e+]+)$/m.exec(metrics ?? '')?.[1];
  return seconds ? new Date(Number(seconds) * 1_000) : null;
}

async function knowsKey({ port, apiKey, apiSecret }) {
  const headers = {
    authorization: `Bearer ${sign(apiKey, apiSecret)}`,
    'content-type': 'application/json',
  };
  const request = { method: 'POST', headers, body: '{}' };
  return (await ask(`http://127.0.0.1:${port}/twirp/livekit.RoomService/ListRooms`, request)) !== null;
}

function sign(iss, secret) {
  const now = Math.floor(Date.now() / 1_000);
  const part = (content) => Buffer.from(JSON.stringify(content)).toString('base64url');
  const claims = { iss, nbf: now - 60, exp: now + 60, video: { roomList: true } };
  const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

async function ask(url, request = {}) {
  try {
    const response = await fetch(url, { ...request, signal: AbortSignal.timeout(2_000) });
    return response.ok ? await response.text() : null;
  } catch {
    return null;
  }
}
