import type { AskToBeTold, GoOnAir, LookFor, MatchingState } from '@latido/protocol';
import { api } from '../../app/api.ts';
import { within } from './beats.ts';
import { nameOfPage } from './own-page.ts';

let page: string | null = null;

/** This tab, for as long as it is open. */
export const thisPage = (): string => (page ??= nameOfPage());

const send = (method: 'POST' | 'DELETE', path: string, body?: unknown): Promise<MatchingState> =>
  within(api.send<MatchingState>(method, path, body));
const post = (path: string, body: unknown = {}): Promise<MatchingState> => send('POST', path, body);

/** What somebody can say; each answers with where they stand then. */
export const say = {
  look: (wish: LookFor) => post('/api/v1/matching/waiting', { ...wish, page: thisPage() }),
  goOnAir: (wish: GoOnAir) => post('/api/v1/matching/on-air', { ...wish, page: thisPage() }),
  tellMe: (wish: AskToBeTold) => post('/api/v1/matching/tell-me', wish),
  tellMeNot: () => send('DELETE', '/api/v1/matching/tell-me'),
  stopLooking: () => send('DELETE', '/api/v1/matching/waiting'),
  pause: () => send('DELETE', '/api/v1/matching/on-air'),
  answer: (offerId: string, word: 'accept' | 'skip') =>
    post(`/api/v1/matching/offers/${encodeURIComponent(offerId)}/${word}`),
  next: (roomName: string) => post('/api/livekit/next-user', { roomName }),
  useHere: () => post('/api/v1/matching/page', { page: thisPage() }),
} as const;
