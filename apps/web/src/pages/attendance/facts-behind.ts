/** One fact, as `/facts` tells it. */
export interface StoredFact {
  readonly seq: string;
  readonly source: string;
  readonly type: string;
  readonly participantSid: string | null;
  readonly identity: string | null;
  readonly occurredAt: string;
  readonly receivedAt: string;
}

const ms = (instant: string): number => Date.parse(instant);

const NEAR_MS = 1_500;

/** The facts behind one end of a bar: those of the same stay around that instant, else the nearest one. */
export function factsBehind(facts: readonly StoredFact[], sid: string, at: number): StoredFact[] {
  // Tracks come and go at both ends of a stay and prove neither.
  const own = facts.filter((fact) => fact.participantSid === sid && !fact.type.startsWith('track_'));
  const distance = (fact: StoredFact): number => Math.abs(ms(fact.occurredAt) - at);
  const near = own.filter((fact) => distance(fact) <= NEAR_MS);
  if (near.length > 0) return near.sort((a, b) => ms(a.occurredAt) - ms(b.occurredAt));
  const [nearest] = [...own].sort((a, b) => distance(a) - distance(b));
  return nearest ? [nearest] : [];
}
