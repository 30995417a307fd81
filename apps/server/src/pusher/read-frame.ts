import { PusherUp } from '@latido/protocol';
import type { RawData } from 'ws';
import { readJson } from './json.ts';

/** What a client has sent; null where it is no frame of the protocol. */
export function readFrame(raw: RawData): PusherUp | null {
  const parsed = PusherUp.safeParse(readJson((raw as Buffer).toString()));
  return parsed.success ? parsed.data : null;
}

/** The channel that the data of a frame names; empty where it names none. */
export function channelIn(data: unknown): string {
  const name = (data as { channel?: unknown } | undefined)?.channel;
  return typeof name === 'string' ? name : '';
}
