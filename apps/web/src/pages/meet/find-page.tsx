import type { LookFor } from '@latido/protocol';
import { useQuery } from '@tanstack/react-query';
import { useRef, useState, type JSX } from 'react';
import { useTranslations } from 'use-intl';
import { earns, pays, useMe, walletQuery, type Me } from '../../app/api.ts';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { LoadingPage, NotYours } from '../../ui/states.tsx';
import { useToast } from '../../ui/toast.tsx';
import { FindForm } from './find-form.tsx';
import { LastCallCard } from './last-call.tsx';
import s from './meet.module.css';
import { Meeting, type Around } from './meeting.tsx';
import { QueueCard } from './queue-card.tsx';
import { isCovered, isShortOfCoins, type Standing } from './standing.ts';
import { say } from './say.ts';
import { MeetFrame, WhyOff } from './states.tsx';
import { TellMe } from './tell-me.tsx';
import { TopUpFirst } from './top-up-first.tsx';
import { lookOf, useWishes, type Wishes } from './wishes.ts';

/** Who pays finds somebody: the wish, the line, an offer, a call, the next. */
export function FindPage(): JSX.Element {
  const t = useTranslations();
  const me = useMe();
  if (!me) return <LoadingPage />;
  if (!pays(me)) {
    return (
      <NotYours>
        <ButtonLink to={earns(me) ? '/on-air' : '/'} look="primary">
          {t(earns(me) ? 'app.onAir' : 'app.home')}
        </ButtonLink>
      </NotYours>
    );
  }
  return (
    <Meeting me={me} side="payer">
      {(around) => <Finding me={me} {...around} />}
    </Meeting>
  );
}

/** Behind an offer the line stays as it was told last. */
function useInLine(standing: Standing): Standing {
  const last = useRef(standing);
  if (standing.state === 'waiting' || standing.state === 'off') last.current = standing;
  return last.current;
}

/** Whether the coins that somebody is off the line for have come since it was told here. */
function useCovered({ state, reason, missing }: Standing): boolean {
  const has = useQuery(walletQuery).data?.available;
  const had = useRef<number | undefined>(undefined);
  const isShort = state === 'off' && reason === 'no_coins';
  had.current = isShort ? (had.current ?? has) : undefined;
  return isShort && isCovered({ missing, had: had.current, has });
}

function Finding({ me, standing, beats, devices, last, say: speech }: Around & { me: Me }): JSX.Element {
  const t = useTranslations('meet');
  const toast = useToast();
  const inLine = useInLine(standing);
  const wishes = useWishes(me.personId, 'payer', standing);
  const look = (wish: LookFor, words?: string): void =>
    void speech
      .tell(() => say.look(wish))
      .then((state) => {
        if (state && words !== undefined) toast({ text: words });
      });
  const stop = (): void =>
    void speech.tell(say.stopLooking).then((state) => {
      const undo = wishes && { label: t('undo'), onPress: () => look(lookOf(wishes)) };
      if (state) toast({ text: t('stopped'), ...(undo && { action: undo }) });
    });
  const isOff = standing.state === 'off';
  const covered = useCovered(standing);
  const isShortNow = isShortOfCoins({
    standing: covered ? { state: 'off' } : standing,
    refusal: speech.refusal,
    lastReason: last?.end.reason ?? null,
  });
  return (
    <MeetFrame title={t('title')} devices={devices}>
      {!covered && <WhyOff standing={standing} />}
      {isShortNow && <TopUpFirst refusal={speech.refusal} />}
      {!isOff && (
        <QueueCard
          standing={inLine}
          beats={beats}
          isPending={speech.isPending}
          onChange={(wish) => look(wish, t('changed'))}
          onStop={stop}
        />
      )}
      {!isOff && inLine.onAir === 0 && wishes && (
        <TellMe me={me} standing={standing} wish={lookOf(wishes)} speech={speech} />
      )}
      {/* In one place, in line or not: what was said of the call stays said. */}
      {last && <LastCallCard me={me} last={last} isMain={isOff} />}
      {isOff && last && (
        <AfterCall standing={standing} wishes={wishes} isPending={speech.isPending} onLook={look} />
      )}
      {isOff && !last && (
        <>
          <div className={s['head']}>
            <h1>{t('title')}</h1>
            <p className="muted">{t('text')}</p>
          </div>
          <FindForm
            standing={standing}
            wishes={wishes}
            isPending={speech.isPending}
            onLook={(wish) => look(wish)}
            nobody={(wish) => <TellMe me={me} standing={standing} wish={wish} speech={speech} />}
          />
        </>
      )}
    </MeetFrame>
  );
}

/** On with the same wishes, or with others. */
function AfterCall(props: {
  standing: Standing;
  wishes: Wishes | null;
  isPending: boolean;
  onLook: (wish: LookFor) => void;
}): JSX.Element {
  const t = useTranslations('meet');
  const [changes, setChanges] = useState(false);
  const { standing, wishes, isPending, onLook } = props;
  // Nobody looks at a price that is not known: the page says that it is the same as before.
  if (changes || !wishes) return <FindForm {...{ standing, wishes, isPending, onLook }} />;
  return (
    <>
      <Button
        look="primary"
        wide
        isPending={isPending}
        onPress={() => onLook(lookOf(wishes))}
        data-testid="find-next"
      >
        {t('next')}
      </Button>
      <p className={s['fine']}>{t('nextText')}</p>
      <Button look="quiet" onPress={() => setChanges(true)} data-testid="change-wishes">
        {t('wishes')}
      </Button>
    </>
  );
}
