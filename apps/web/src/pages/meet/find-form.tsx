import { minutePrice } from '@latido/react';
import type { LookFor } from '@latido/protocol';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState, type JSX, type ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { plansQuery, walletQuery } from '../../app/api.ts';
import { Button } from '../../ui/button.tsx';
import { Figures } from '../../ui/figures.tsx';
import { Select } from '../../ui/select.tsx';
import { Form } from '../../ui/form.tsx';
import { Card, Line, Lines } from '../../ui/layout.tsx';
import { Coins } from '../../ui/money.tsx';
import { LimitSlider } from './limit-slider.tsx';
import { countsAt, limitOf, stepsOf } from './limits.ts';
import s from './meet.module.css';
import { Option } from './option.tsx';
import type { Standing } from './standing.ts';
import type { Wishes } from './wishes.ts';

/** How long the balance lasts at the most that may be asked: a promise, and no hope. */
export function minutesFor(available: number | undefined, limit: number): number | null {
  return available === undefined ? null : Math.floor(available / Math.max(1, limit));
}

/** What somebody looks for: at what price, in which language, and how they want to be asked. */
export function FindForm(props: {
  standing: Pick<Standing, 'prices'>;
  /** What was asked for last. */
  wishes: Wishes | null;
  isPending: boolean;
  /** In line already: the place stays. */
  isChange?: boolean;
  onLook: (wish: LookFor) => void;
  /** What stands there for a wish that nobody on air fits. */
  nobody?: (wish: Pick<LookFor, 'maxPrice' | 'language'>) => ReactNode;
}): JSX.Element {
  const t = useTranslations('meet');
  const { standing, wishes } = props;
  const plans = useQuery(plansQuery);
  const wallet = useQuery(walletQuery);
  const [plan] = plans.data?.items ?? [];
  // As the line of those who wait knows it: rounded up.
  const house = plan && Math.ceil(minutePrice(plan));
  const [chosen, setChosen] = useState<number | null>(null);
  const wished = wishes?.maxPrice;
  const steps = stepsOf(standing.prices, { house, wished, chosen });
  const [how, setHow] = useState<How>({
    language: wishes?.language ?? '',
    connectAtOnce: wishes?.connectAtOnce ?? false,
    unhurried: wishes?.unhurried ?? false,
  });
  const asked = plans.isPending ? undefined : (house ?? null);
  const known = limitOf({ chosen, wished, house: asked, steps });
  const limit = known ?? 1;
  const minutes = known === null ? null : minutesFor(wallet.data?.available, known);
  const language = how.language === 'en' || how.language === 'es' ? how.language : null;
  // Whether the coins are enough is the server's to say: the first unit may cost less than a minute at the limit.
  const look = (): void => props.onLook({ ...how, maxPrice: limit, language });
  return (
    <Form className={s['column']} onSubmit={look}>
      <Card>
        <LimitSlider steps={steps} limit={limit} onChange={setChosen} />
      </Card>
      <Enough limit={limit} minutes={minutes} balance={wallet.data?.balance} />
      <HowAsked how={how} onChange={(change) => setHow((old) => ({ ...old, ...change }))} />
      <Button
        type="submit"
        look="primary"
        wide
        isPending={props.isPending || known === null}
        data-testid="find"
      >
        {props.isPending ? t('finding') : t(props.isChange ? 'keepLooking' : 'find')}
      </Button>
      {known !== null && countsAt(steps, known).within === 0 && props.nobody?.({ maxPrice: limit, language })}
      {!props.isChange && (
        <p className={s['fine']}>
          {t('free')} <Link to="/video">{t('byEmail')}</Link>
        </p>
      )}
    </Form>
  );
}

/** How long the balance lasts at that price. */
function Enough(props: { limit: number; minutes: number | null; balance: number | undefined }): JSX.Element {
  const t = useTranslations('meet');
  const { minutes, balance } = props;
  return (
    <Card>
      <Lines>
        <Line name={t('balance')} testId="balance">
          {balance === undefined ? '–' : <Coins of={balance} />}
        </Line>
        <Line name={t('enough')} testId="enough-for">
          {minutes === null ? (
            '–'
          ) : minutes === 0 ? (
            t('lessThanMinute')
          ) : (
            <Figures>{t('minutes', { minutes })}</Figures>
          )}
        </Line>
      </Lines>
      <p className="small muted">{t('enoughAt', { coins: props.limit })}</p>
    </Card>
  );
}

/** What is wished beside the price. */
interface How {
  readonly language: string;
  readonly connectAtOnce: boolean;
  readonly unhurried: boolean;
}

function HowAsked({ how, onChange }: { how: How; onChange: (change: Partial<How>) => void }): JSX.Element {
  const t = useTranslations('meet');
  const languages = [
    { id: '', label: t('anyLanguage') },
    { id: 'en', label: t('en') },
    { id: 'es', label: t('es') },
  ];
  return (
    <div className={s['options']}>
      <Select
        label={t('language')}
        value={how.language}
        onChange={(language) => onChange({ language })}
        options={languages}
        testId="wish-language"
      />
      <Option
        label={t('atOnce')}
        text={t('atOnceText')}
        isOn={how.connectAtOnce}
        onChange={(connectAtOnce) => onChange({ connectAtOnce })}
        testId="wish-at-once"
      />
      <Option
        label={t('unhurried')}
        text={t('unhurriedText')}
        isOn={how.unhurried}
        onChange={(unhurried) => onChange({ unhurried })}
        testId="wish-unhurried"
      />
    </div>
  );
}
