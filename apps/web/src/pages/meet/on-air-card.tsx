import type { GoOnAir } from '@latido/protocol';
import { minutePrice, Trace } from '@latido/react';
import { useState, type JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { Me } from '../../app/api.ts';
import { Button } from '../../ui/button.tsx';
import { Figures } from '../../ui/figures.tsx';
import { Select } from '../../ui/select.tsx';
import { Card, Line, Lines } from '../../ui/layout.tsx';
import { Coins } from '../../ui/money.tsx';
import s from './meet.module.css';
import { Option } from './option.tsx';
import { minuteShare, usePlans } from './own-plans.ts';
import type { Standing } from './standing.ts';

/** On air or not, at what price, and how: the one switch of an earner's evening. */
export function OnAirCard(props: {
  me: Me;
  standing: Standing;
  beats: readonly number[];
  isPending: boolean;
  onAir: (wish: GoOnAir) => void;
  onPause: () => void;
}): JSX.Element {
  const t = useTranslations('meet');
  const { standing, beats } = props;
  const isOn = standing.state !== 'off';
  const wishes = standing.side === 'earner' ? standing.wishes : undefined;
  const plans = usePlans(props.me, wishes?.price);
  const [planId, setPlanId] = useState(wishes?.planId ?? null);
  const [askFirst, setAskFirst] = useState(wishes?.askFirst ?? false);
  const plan = plans.find(({ id }) => id === planId) ?? plans[0];
  const text = isOn ? (askFirst ? 'onAirAskText' : 'onAirText') : 'offText';
  /** On air already, the change holds from the next offer on. */
  const change = (wish: { planId?: string | undefined; askFirst?: boolean }): void => {
    const next = { planId: plan?.id, askFirst, ...wish };
    if (isOn) props.onAir({ ...(next.planId ? { planId: next.planId } : {}), askFirst: next.askFirst });
  };
  return (
    <Card testId="on-air-card">
      <div className={s['queue']} data-on={isOn || undefined}>
        <Air isOn={isOn} beats={beats} />
        {plans.length > 1 && (
          <Select
            label={t('plan')}
            value={plan?.id ?? null}
            onChange={(id) => {
              setPlanId(id);
              change({ planId: id });
            }}
            options={plans.map(({ id, name }) => ({ id, label: name }))}
            testId="choose-plan"
          />
        )}
        <Lines>
          <Line name={t('yourPrice')} testId="my-price">
            {plan ? <Figures>{t('aMinute', { coins: minutePrice(plan) })}</Figures> : '–'}
          </Line>
          <Line name={t('yourShare')} testId="my-share">
            {plan ? <Coins of={minuteShare(plan)} /> : '–'}
          </Line>
        </Lines>
        <Option
          label={t('askFirst')}
          text={t('askFirstText')}
          isOn={askFirst}
          onChange={(on) => {
            setAskFirst(on);
            change({ askFirst: on });
          }}
          testId="ask-first"
        />
        <Switch
          isOn={isOn}
          isPending={props.isPending}
          onAir={() => props.onAir({ ...(plan ? { planId: plan.id } : {}), askFirst })}
          onPause={props.onPause}
        />
        <p className="small muted">{t(text)}</p>
      </div>
    </Card>
  );
}

/** On air, or a pause. */
function Switch(props: {
  isOn: boolean;
  isPending: boolean;
  onAir: () => void;
  onPause: () => void;
}): JSX.Element {
  const t = useTranslations('meet');
  const { isOn, isPending } = props;
  return (
    <Button
      look={isOn ? 'secondary' : 'primary'}
      wide
      isPending={isPending}
      onPress={isOn ? props.onPause : props.onAir}
      data-testid={isOn ? 'pause' : 'go-on-air'}
    >
      {t(isOn ? 'pause' : 'goOnAir')}
    </Button>
  );
}

/** The word, and the line that beats as long as the place is held. */
function Air({ isOn, beats }: { isOn: boolean; beats: readonly number[] }): JSX.Element {
  const t = useTranslations('meet');
  return (
    <>
      <h1 data-testid="air" data-on={isOn || undefined}>
        {t(isOn ? 'onAirTitle' : 'offTitle')}
      </h1>
      <div className={s['trace']}>
        <Trace
          beats={isOn ? beats : []}
          lastProofAt={isOn ? (beats.at(-1) ?? null) : null}
          windowMs={24_000}
          width={400}
          height={32}
        />
      </div>
    </>
  );
}
