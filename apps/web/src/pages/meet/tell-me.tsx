import type { LookFor } from '@latido/protocol';
import { useState, type JSX } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { canBeTold, renewHere, tellHere } from '../../app/this-device.ts';
import type { Me } from '../../app/api.ts';
import { Button } from '../../ui/button.tsx';
import s from './meet.module.css';
import type { Standing } from './standing.ts';
import { say } from './say.ts';
import type { useSay } from './use-standing.ts';

/** The wishes that somebody has to fit. */
type Wish = Pick<LookFor, 'maxPrice' | 'language'>;

/** Who finds nobody on air is told once somebody is: in the inbox and, where they say yes, by this device with the page closed. */
export function TellMe(props: {
  me: Me;
  standing: Standing;
  wish: Wish;
  speech: ReturnType<typeof useSay>;
}): JSX.Element {
  const t = useTranslations('meet');
  const format = useFormatter();
  const { me, standing, wish, speech } = props;
  const [isClosed, setClosed] = useState(false);
  const ask = async (): Promise<void> => {
    const { maxPrice, language } = wish;
    // First the permission: browsers give it for a press, and not for an answer that came after it.
    const device = canBeTold() ? await tellHere(me.personId).catch(() => null) : null;
    setClosed(device === null && (await renewHere(me.personId).catch(() => null)) === null);
    await speech.tell(() => say.tellMe({ maxPrice, language }));
  };
  if (standing.tellMeUntil === undefined) {
    return (
      <Button wide isPending={speech.isPending} onPress={() => void ask()} data-testid="tell-me">
        {t('tellMe')}
      </Button>
    );
  }
  const until = format.dateTime(new Date(standing.tellMeUntil), {
    weekday: 'long',
    hour: 'numeric',
    minute: '2-digit',
  });
  return (
    <div className={s['told']} role="status" data-testid="told-later">
      <p>
        {t('tellMeOn', { until })} {isClosed && t('tellMeInbox')}
      </p>
      <Button look="quiet" onPress={() => void speech.tell(say.tellMeNot)} data-testid="tell-me-not">
        {t('tellMeOff')}
      </Button>
    </div>
  );
}
