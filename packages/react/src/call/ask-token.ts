import type { TokenAnswer } from '@latido/protocol';
import type { EngineOptions } from './engine-state.ts';

type Asking = Pick<EngineOptions, 'api' | 'tokenUrl' | 'roomName' | 'participantName'>;

/** Asks for a way into the room. */
export function askToken({ api, tokenUrl, roomName, participantName }: Asking): Promise<TokenAnswer> {
  return api.send<TokenAnswer>('POST', tokenUrl, { roomName, participantName });
}
