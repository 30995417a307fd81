import { useFormatter, useTranslations } from 'use-intl';

/** What a sentence needs of a fact. Instants are ISO 8601. */
export interface SpokenFact {
  readonly source: string;
  readonly type: string;
  readonly occurredAt: string;
  readonly receivedAt: string;
}

/** How much later than it happened a fact was heard of. */
export const lateMs = ({ occurredAt, receivedAt }: SpokenFact): number =>
  Math.max(0, Date.parse(receivedAt) - Date.parse(occurredAt));

/** What a fact says, in a sentence with the name of who it is about. */
export function useFactSentence(): (fact: SpokenFact, name: string) => string {
  const t = useTranslations();
  const format = useFormatter();
  return (fact, name) => {
    const at = format.dateTime(new Date(fact.occurredAt), { timeStyle: 'medium' });
    const late = `${format.number(lateMs(fact) / 1_000, { maximumFractionDigits: 1 })} s`;
    const key = `facts.${fact.source}_${fact.type}` as 'facts.sdk_bye';
    if (t.has(key)) return t(key, { name, at, late } as { name: string; at: string });
    const source = t('attendance.factSource', { source: fact.source });
    return t('attendance.factOther', { source, type: fact.type, at });
  };
}
