/** For tests only: who comes to an evening of matching. */
import type { Guest, House } from '../house.testing.ts';

type Wish = Readonly<Record<string, unknown>>;
type Participant = ReturnType<House['fake']['join']>;

/** Somebody of the evening, and what their pages know. */
export interface Player {
  readonly guest: Guest;
  readonly side: 'payer' | 'earner';
  readonly coins: bigint;
  readonly wishes: readonly Wish[];
  /** Their page gives no sign until then. */
  quietUntil: number;
  roomName: string;
  inRoom: Participant | null;
  readonly offers: Set<string>;
}

const COINS = 60n;
const ANY: readonly Wish[] = [{}, { connectAtOnce: true }];
/** Of one side several, of whom not everybody fits everybody. */
export const PEOPLE: readonly (readonly [
  name: string,
  side: Player['side'],
  coins: bigint,
  wishes: readonly Wish[],
])[] = [
  ['alice', 'payer', COINS, ANY],
  ['anna', 'payer', COINS, [{ maxPrice: 10 }, { maxPrice: 10, connectAtOnce: true }]],
  ['ada', 'payer', COINS, [{ language: 'es' }, {}]],
  ['abe', 'payer', 12n, ANY],
  ['bob', 'earner', 0n, [{}, { askFirst: true }]],
  ['brad', 'earner', 0n, [{ planId: 'dear' }]],
  ['bea', 'earner', 0n, [{}]],
];
