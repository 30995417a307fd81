import type { LookFor } from '@latido/protocol';
import { formatClock, Trace, useNow } from '@latido/react';
import { useState, type JSX } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '../../ui/button.tsx';
import { Figures } from '../../ui/figures.tsx';
import { Card, Line, Lines } from '../../ui/layout.tsx';
import { FindForm } from './find-form.tsx';
import { moreAbove, stepsOf } from './limits.ts';
import s from './meet.module.css';
import type { Standing } from './standing.ts';

/** How long somebody has waited, by the server's clock. */
function Waited({ standing }: { standing: Standing }): JSX.Element {
  const now = useNow(1_000);
  const since = standing.since ? Date.parse(standing.since) : now;
  return <span className="digits">{formatClock(Math.max(0, now + standing.clockOffsetMs - since))}</span>;
}

/** A place in line: what is known is said, and no forecast made of it. */
export function QueueCard(props: {
  standing: Standing;
  beats: readonly number[];
  isPending: boolean;
  onChange: (wish: LookFor) => void;
  onStop: () => void;
}): JSX.Element {
  const t = useTranslations('meet');
  const { standing, beats } = props;
  const { position = 1, onAir = 0 } = standing;
  const title = position === 1 ? t('firstInLine') : t('placeInLine', { position });
  const more = moreAbove(stepsOf(standing.prices, {}), standing.wishes?.maxPrice ?? null);
  return (
    <>
      <Card testId="queue">
        <div className={s['queue']}>
          <div className={s['trace']}>
            <Trace
              beats={beats}
              lastProofAt={beats.at(-1) ?? null}
              windowMs={24_000}
              width={400}
              height={32}
              label={t('trace')}
            />
          </div>
          <div aria-live="polite">
            <h1 data-testid="place">{title}</h1>
            <p className="muted">{onAir === 0 ? t('nobodyFits') : t('someFit', { people: onAir })}</p>
          </div>
          <Lines>
            <Line name={t('limit')} testId="limit">
              {standing.wishes?.maxPrice == null ? (
                t('anyPrice')
              ) : (
                <Figures>{t('aMinute', { coins: standing.wishes.maxPrice })}</Figures>
              )}
            </Line>
            <Line name={t('waiting')}>
              <Waited standing={standing} />
            </Line>
            <Line name={t('waitingCost')}>{t('nothing')}</Line>
          </Lines>
          {more && <p className="small muted">{t('more', { coins: more.price, people: more.people })}</p>}
        </div>
      </Card>
      <Button wide onPress={props.onStop} data-testid="stop-looking">
        {t('stop')}
      </Button>
      <p className={s['fine']}>{t('kept')}</p>
      <Change standing={standing} isPending={props.isPending} onChange={props.onChange} />
    </>
  );
}

/** Other wishes, with the place kept. */
function Change(props: {
  standing: Standing;
  isPending: boolean;
  onChange: (wish: LookFor) => void;
}): JSX.Element {
  const t = useTranslations('meet');
  const [changes, setChanges] = useState(false);
  const { standing, isPending, onChange } = props;
  return (
    <details
      className={s['more']}
      open={changes}
      onToggle={({ currentTarget }) => setChanges(currentTarget.open)}
    >
      <summary data-testid="change-wishes">{t('change')}</summary>
      {changes && (
        <FindForm
          standing={standing}
          wishes={standing.wishes ?? null}
          isPending={isPending}
          isChange
          onLook={(wish) => {
            setChanges(false);
            onChange(wish);
          }}
        />
      )}
    </details>
  );
}
