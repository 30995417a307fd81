import { useMutation } from '@tanstack/react-query';
import { Star } from 'lucide-react';
import { useState, type JSX } from 'react';
import { Radio, RadioGroup } from 'react-aria-components/RadioGroup';
import { useTranslations } from 'use-intl';
import { api, callAt } from '../../app/api.ts';
import { useSentence } from '../../app/sentence.ts';
import { Button } from '../../ui/button.tsx';
import s from './meet.module.css';
import { ReportDialog } from './report-dialog.tsx';
import { useNeverAgain, useReport } from './use-apart.ts';

const STARS = ['1', '2', '3', '4', '5'] as const;

/** Props of {@link Review}. */
export interface ReviewProps {
  readonly callId: string;
  readonly partner: { readonly personId: string; readonly name: string };
  /** Whether the two were together: only then there is something to rate. */
  readonly met: boolean;
}

/** What somebody says of a call: stars, a report for the desk, and never again. */
export function Review({ callId, partner, met }: ReviewProps): JSX.Element {
  const t = useTranslations('meet');
  const [reports, setReports] = useState(false);
  const { name } = partner;
  const isNever = useNeverAgain(partner.personId);
  const report = useReport(callId, () => setReports(false));
  return (
    <div className={s['review']} data-testid="review">
      {met && <Stars callId={callId} name={name} />}
      {report.isSent ? (
        <p className="small muted" data-testid="reported">
          {t('reported')}
        </p>
      ) : (
        <div className={s['quiets']}>
          <Button look="quiet" onPress={() => setReports(true)} data-testid="report">
            {t('report', { name })}
          </Button>
          {!isNever.isOn && (
            <Button look="quiet" onPress={isNever.set} data-testid="block">
              {t('block', { name })}
            </Button>
          )}
        </div>
      )}
      {reports && (
        <ReportDialog
          name={name}
          isPending={report.isPending}
          failure={report.failure}
          onClose={() => setReports(false)}
          onSend={report.send}
        />
      )}
    </div>
  );
}

/** One to five stars, once. */
function Stars({ callId, name }: { callId: string; name: string }): JSX.Element {
  const t = useTranslations('meet');
  const sentence = useSentence();
  const [stars, setStars] = useState<string | null>(null);
  const rate = useMutation({
    mutationFn: (given: string) => api.send('POST', `${callAt(callId)}/rating`, { stars: Number(given) }),
    onError: () => setStars(null),
  });
  if (rate.isSuccess) {
    return (
      <p role="status" className="small" data-testid="rated">
        {t('rated', { name })}
      </p>
    );
  }
  return (
    <div className={s['stars']}>
      <RadioGroup
        aria-label={t('rate', { name })}
        orientation="horizontal"
        value={stars}
        isDisabled={rate.isPending}
        onChange={(given) => {
          setStars(given);
          rate.mutate(given);
        }}
      >
        <span>{t('rate', { name })}</span>
        <span className={s['starRow']}>
          {STARS.map((given) => (
            <Radio
              key={given}
              value={given}
              className={s['star'] ?? ''}
              aria-label={t('stars', { stars: Number(given) })}
              data-testid={`star-${given}`}
            >
              <Star size={24} aria-hidden data-lit={stars !== null && given <= stars ? true : undefined} />
            </Radio>
          ))}
        </span>
      </RadioGroup>
      {rate.isError && (
        <p role="alert" className="small">
          {sentence(rate.error)}
        </p>
      )}
    </div>
  );
}
