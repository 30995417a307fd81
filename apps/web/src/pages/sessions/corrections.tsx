import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type JSX } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { api, useMe } from '../../app/api.ts';
import { useSentence } from '../../app/sentence.ts';
import type { Booking } from '../../app/sessions.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { Form } from '../../ui/form.tsx';
import { Stack } from '../../ui/layout.tsx';

type Coming = NonNullable<Booking['coming']>[number];

const VERDICTS = ['present', 'late', 'left_early', 'waited_alone', 'no_show'] as const;

/** What was corrected in a session: from what to what, by whom and why. */
export function Corrected({ coming }: { coming: readonly Coming[] }): JSX.Element | null {
  const t = useTranslations('sessions');
  const format = useFormatter();
  const corrected = coming.filter(({ corrections }) => corrections.length > 0);
  if (corrected.length === 0) return null;
  return (
    <ul data-testid="corrected">
      {corrected.flatMap(({ personId, name, foundVerdict, corrections }) =>
        corrections.map(({ verdict, reason, by, at }) => (
          <li key={`${personId} ${at}`} style={{ overflowWrap: 'anywhere' }}>
            {t('corrected', {
              name,
              verdict: t('verdict', { verdict }),
              found: t('verdict', { verdict: foundVerdict }),
              by: by.name,
              at: format.dateTime(new Date(at), { dateStyle: 'medium', timeStyle: 'short' }),
            })}{' '}
            <q>{reason}</q>
          </li>
        )),
      )}
    </ul>
  );
}

/** For its mentor and staff: another verdict on one of the others, with a reason. */
export function Correct({ session }: { session: Booking }): JSX.Element | null {
  const t = useTranslations('sessions');
  const sentence = useSentence();
  const client = useQueryClient();
  const me = useMe();
  const others = (session.coming ?? []).filter(({ personId }) => personId !== me?.personId);
  const [personId, setPersonId] = useState('');
  const [verdict, setVerdict] = useState<string>('present');
  const [reason, setReason] = useState('');
  const [isChecked, setChecked] = useState(false);
  const whose = others.find((one) => one.personId === personId) ?? others[0];
  const isWrong = reason.trim().length < 3;
  const save = useMutation({
    mutationFn: () =>
      api.send<Booking>('POST', `/api/v1/bookings/${encodeURIComponent(session.id)}/verdicts`, {
        personId: whose?.personId,
        verdict,
        reason: reason.trim(),
      }),
    onSuccess: async () => {
      setReason('');
      setChecked(false);
      await client.invalidateQueries({ queryKey: ['sessions'] });
    },
  });
  if (session.role === 'mentee' || whose === undefined) return null;
  const submit = (): void => {
    setChecked(true);
    if (!isWrong) save.mutate();
  };
  return (
    <details data-testid="correct">
      <summary>{t('correct')}</summary>
      <Form onSubmit={submit}>
        <Stack>
          <p className="muted">{t('correctText')}</p>
          <Select
            label={t('who')}
            value={whose.personId}
            onChange={setPersonId}
            options={others.map(({ personId: id, name }) => ({ id, label: name }))}
          />
          <Select
            label={t('verdictHead')}
            value={verdict}
            onChange={setVerdict}
            options={VERDICTS.map((id) => ({ id, label: t('verdict', { verdict: id }) }))}
            testId="correct-verdict"
          />
          <Field
            label={t('correctReason')}
            value={reason}
            onChange={setReason}
            autoComplete="off"
            error={isChecked && isWrong ? t('correctWhy') : null}
            testId="correct-reason"
          />
          {save.isError && <p role="alert">{sentence(save.error)}</p>}
          <Button type="submit" isPending={save.isPending} data-testid="correct-save">
            {t('correctSave')}
          </Button>
        </Stack>
      </Form>
    </details>
  );
}
