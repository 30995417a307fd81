import { useId, type JSX } from 'react';
import { useTranslations } from 'use-intl';
import { Figures } from '../../ui/figures.tsx';
import { countsAt, type Step } from './limits.ts';
import s from './meet.module.css';

/** More dots than that are a figure. */
const DOTS = 3;

/** One dot a person on air, over the price that they ask; from three on a figure. */
function Dots({ people, isWithin }: { people: number; isWithin: boolean }): JSX.Element {
  return (
    <span className={s['dots']} data-within={isWithin || undefined} aria-hidden>
      {people > DOTS ? (
        <span className="digits small">{people}</span>
      ) : (
        Array.from({ length: people }, (_, n) => <i key={n} />)
      )}
    </span>
  );
}

/** The price limit: a step for every price that is asked, so that one who asks ten times as much takes no room. */
export function LimitSlider(props: {
  steps: readonly Step[];
  limit: number;
  onChange: (price: number) => void;
}): JSX.Element {
  const t = useTranslations('meet');
  const id = useId();
  const { steps, limit } = props;
  const at = Math.max(
    0,
    steps.findIndex(({ price }) => price === limit),
  );
  const { within, above } = countsAt(steps, limit);
  const nobody = within + above === 0;
  return (
    <div className={s['limit']}>
      <div className={s['limitHead']}>
        <label htmlFor={id}>{t('limit')}</label>
        <span data-testid="limit">
          <Figures>{t('aMinute', { coins: limit })}</Figures>
        </span>
      </div>
      {steps.length > 1 && (
        <>
          <div className={s['scale']}>
            {steps.map(({ price, people }) => (
              <Dots key={price} people={people} isWithin={price <= limit} />
            ))}
          </div>
          <input
            id={id}
            type="range"
            min={0}
            max={steps.length - 1}
            value={at}
            aria-valuetext={t('limitValue', { coins: limit, people: within })}
            onChange={({ target }) => props.onChange(steps[Number(target.value)]?.price ?? limit)}
            data-testid="limit-slider"
          />
          <div className={s['ends']} aria-hidden>
            <span className="digits small">{steps[0]?.price}</span>
            <span className="digits small">{steps.at(-1)?.price}</span>
          </div>
        </>
      )}
      {/* Without a choice the label still needs what it names. */}
      {steps.length <= 1 && (
        <output id={id} className="sr">
          {limit}
        </output>
      )}
      <p className="small muted" data-testid="on-air-count">
        {nobody
          ? t('nobodyOnAir')
          : t('dots', { within: t('onAirAt', { people: within }), above: t('above', { people: above }) })}
      </p>
    </div>
  );
}
