import type { GoOnAir } from '@latido/protocol';
import { minutePrice, Trace } from '@latido/react';
import { useRef, useState, type JSX } from 'react';
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
import { airOf, useWishes, type Chosen } from './wishes.ts';

/** On air or not, at what price, and how: the one switch of an earner's evening. */
export function OnAirCard(props: {
  me: Me;
  standing: Standing;
  beats: readonly number[];
  isPending: boolean;
  /** Gives whether the server has taken it. */
  onAir: (wish: GoOnAir) => Promise<boolean>;
  onPause: () => void;
}): JSX.Element {
  const t = useTranslations('meet');
  const { standing, beats } = props;
  const isOn = standing.state !== 'off';
  const wishes = useWishes(props.me.personId, 'earner', standing);
  const plans = usePlans(props.me, wishes?.price);
  const { chosen, choose, goOnAir } = useChosen(isOn, props.onAir);
  const air = airOf({ wishes, chosen, plans });
  const plan = plans.find(({ id }) => id === air.planId);
  const text = isOn ? (air.askFirst ? 'onAirAskText' : 'onAirText') : 'offText';
  const change = (choice: Chosen): void => choose(choice, { ...air, ...choice });
  return (
    <Card testId="on-air-card">
      <div className={s['queue']} data-on={isOn || undefined}>
        <Air isOn={isOn} beats={beats} />
        {plans.length > 1 && (
          <Select
            label={t('plan')}
            value={air.planId ?? null}
            onChange={(planId) => change({ planId })}
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
          isOn={air.askFirst}
          onChange={(askFirst) => change({ askFirst })}
          testId="ask-first"
        />
        <Switch isOn={isOn} isPending={props.isPending} onAir={() => goOnAir(air)} onPause={props.onPause} />
        <p className="small muted">{t(text)}</p>
      </div>
    </Card>
  );
}

/**
 * What is chosen on the page: off air until somebody goes on, and on air, where it holds from the next offer on, only while the server
 * is asked. What it refused does not stand there as if it held.
 */
function useChosen(isOn: boolean, onAir: (wish: GoOnAir) => Promise<boolean>) {
  const [chosen, setChosen] = useState<Chosen>({});
  const asked = useRef(0);
  const goOnAir = (wish: GoOnAir): void => {
    const own = (asked.current += 1);
    void onAir(wish).then((isTaken) => {
      // Of several in a row the last one's answer counts.
      if ((isTaken || isOn) && own === asked.current) setChosen({});
    });
  };
  const choose = (choice: Chosen, wish: GoOnAir): void => {
    setChosen((old) => ({ ...old, ...choice }));
    if (isOn) goOnAir(wish);
  };
  return { chosen, choose, goOnAir };
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
