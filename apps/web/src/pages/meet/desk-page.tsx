import type { GoOnAir } from '@latido/protocol';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { earns, pays, useMe, type Me } from '../../app/api.ts';
import { ButtonLink } from '../../ui/button.tsx';
import { LoadingPage, NotYours } from '../../ui/states.tsx';
import { useToast } from '../../ui/toast.tsx';
import { Evening, Waits } from './evening.tsx';
import { LastCallCard } from './last-call.tsx';
import { Meeting, type Around } from './meeting.tsx';
import { OnAirCard } from './on-air-card.tsx';
import { say } from './say.ts';
import { MeetFrame, WhyOff } from './states.tsx';

/** Who earns works an evening from here: on air, who waits, what is earned, the calls of today. */
export function DeskPage(): JSX.Element {
  const t = useTranslations();
  const me = useMe();
  if (!me) return <LoadingPage />;
  if (!earns(me)) {
    return (
      <NotYours>
        <ButtonLink to={pays(me) ? '/find' : '/'} look="primary">
          {t(pays(me) ? 'app.meet' : 'app.home')}
        </ButtonLink>
      </NotYours>
    );
  }
  return (
    <Meeting me={me} side="earner">
      {(around) => <Desk me={me} {...around} />}
    </Meeting>
  );
}

function Desk({ me, standing, beats, devices, last, say: speech }: Around & { me: Me }): JSX.Element {
  const t = useTranslations('meet');
  const toast = useToast();
  const onAir = async (wish: GoOnAir): Promise<boolean> =>
    (await speech.tell(() => say.goOnAir(wish))) !== null;
  const pause = (): void => {
    const { planId, askFirst = false } = standing.wishes ?? {};
    const back = (): void => void onAir({ ...(planId ? { planId } : {}), askFirst });
    void speech.tell(say.pause).then((state) => {
      if (state) toast({ text: t('paused'), action: { label: t('undo'), onPress: back } });
    });
  };
  return (
    <MeetFrame
      title={t(standing.state === 'off' ? 'offTitle' : 'onAirTitle')}
      devices={devices}
      under={
        <>
          <WhyOff standing={standing} />
          <OnAirCard
            me={me}
            standing={standing}
            beats={beats}
            isPending={speech.isPending}
            onAir={onAir}
            onPause={pause}
          />
        </>
      }
    >
      {last && <LastCallCard me={me} last={last} isMain={false} />}
      <Waits standing={standing} />
      <Evening me={me} />
    </MeetFrame>
  );
}
