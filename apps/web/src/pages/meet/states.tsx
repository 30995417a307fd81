import type { JSX, ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Card, Page } from '../../ui/layout.tsx';
import { DeviceChoice, Preview } from '../video/preview.tsx';
import type { Devices } from '../video/use-devices.ts';
import s from './meet.module.css';
import type { Standing } from './standing.ts';

/** Own picture at the start, everything else at the end. */
export function MeetFrame(props: {
  title: string;
  devices: Devices;
  under?: ReactNode;
  children: ReactNode;
}): JSX.Element {
  return (
    <Page name={props.title}>
      <div className={s['frame']} data-desk={props.under !== undefined || undefined}>
        <div className={s['column']}>
          <Preview devices={props.devices} />
          {props.under}
          <DeviceChoice devices={props.devices} />
        </div>
        <div className={s['column']}>{props.children}</div>
      </div>
    </Page>
  );
}

/** The place is held, or the call is open, by another page of the same person. */
export function Elsewhere({
  standing,
  onUseHere,
}: {
  standing: Standing;
  onUseHere: () => void;
}): JSX.Element {
  const t = useTranslations('meet');
  const isCall = standing.state === 'in_call' || standing.state === 'connecting';
  return (
    <Page narrow name={t('elsewhereTitle')}>
      <Card testId="elsewhere">
        <div className={s['column']}>
          <h1>{t(isCall ? 'elsewhereCall' : 'elsewhereTitle')}</h1>
          <p className="muted">{t('elsewhereText')}</p>
          <Button look="primary" onPress={onUseHere} data-testid="use-here">
            {t('useHere')}
          </Button>
        </div>
      </Card>
    </Page>
  );
}

/** A call that was not found here goes on. */
export function OtherCall({ roomName }: { roomName: string | undefined }): JSX.Element {
  const t = useTranslations('meet');
  return (
    <Page narrow name={t('otherCallTitle')}>
      <Card testId="other-call">
        <div className={s['column']}>
          <h1>{t('otherCallTitle')}</h1>
          <p className="muted">{t('otherCallText')}</p>
          <ButtonLink to="/video" search={roomName === undefined ? {} : { room: roomName }} look="primary">
            {t('toCall')}
          </ButtonLink>
        </div>
      </Card>
    </Page>
  );
}

/** The place in line is held for the other side of a call: on the other page. */
export function OtherSide({ own }: { own: 'payer' | 'earner' }): JSX.Element {
  const t = useTranslations('meet');
  const is = own === 'payer' ? 'otherSide' : 'otherLook';
  return (
    <Page narrow name={t(`${is}Title`)}>
      <Card testId="other-side">
        <div className={s['column']}>
          <h1>{t(`${is}Title`)}</h1>
          <p className="muted">{t(`${is}Text`)}</p>
          <ButtonLink to={own === 'payer' ? '/on-air' : '/find'} look="primary">
            {t(`${is}To`)}
          </ButtonLink>
        </div>
      </Card>
    </Page>
  );
}

/** Why somebody is in line no more, where it was not by themselves. */
export function WhyOff({ standing }: { standing: Standing }): JSX.Element | null {
  const t = useTranslations('meet');
  const { reason, missing = 0 } = standing;
  if (reason === undefined || reason === 'ended') return null;
  const words =
    reason === 'no_coins' ? t('noCoins', { missing }) : t(reason === 'no_plan' ? 'noPlan' : reason);
  return (
    <p className={s['notice']} role="alert" data-testid="why-off" data-reason={reason}>
      {words}
    </p>
  );
}
