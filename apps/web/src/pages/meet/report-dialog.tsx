import type { NewReport } from '@latido/protocol';
import { useId, useState, type JSX } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Select } from '../../ui/select.tsx';
import { Form } from '../../ui/form.tsx';
import { Stack } from '../../ui/layout.tsx';
import s from './meet.module.css';

/** Every reason that the desk knows; one without a word does not compile. */
const REASONS = [
  'abuse',
  'nudity',
  'minor',
  'fraud',
  'spam',
  'other',
] as const satisfies readonly NewReport['reason'][];

/** What happened, for the desk. */
export function ReportDialog({
  name,
  onClose,
  ...form
}: Omit<ReportFormProps, 'send'> & { name: string; onClose: () => void }): JSX.Element {
  const t = useTranslations('meet');
  return (
    <Dialog title={t('report', { name })} isOpen onClose={onClose}>
      <Stack>
        <p className="muted">{t('reportText')}</p>
        <ReportForm {...form} send={t('send')} />
      </Stack>
    </Dialog>
  );
}

interface ReportFormProps {
  readonly isPending: boolean;
  readonly failure: string | null;
  /** What the button says. */
  readonly send: string;
  readonly onSend: (said: NewReport) => void;
}

/** A reason, and words to it. */
export function ReportForm(props: ReportFormProps): JSX.Element {
  const t = useTranslations('meet');
  const id = useId();
  const [reason, setReason] = useState<NewReport['reason']>('abuse');
  const [text, setText] = useState('');
  const words = text.trim();
  return (
    <Form onSubmit={() => props.onSend({ reason, ...(words === '' ? {} : { text: words }) })}>
      <Stack>
        <Select
          label={t('reason')}
          value={reason}
          onChange={(chosen) => setReason(REASONS.find((one) => one === chosen) ?? 'other')}
          options={REASONS.map((one) => ({ id: one, label: t('reasonOf', { reason: one }) }))}
          testId="report-reason"
        />
        <div className={s['words']}>
          <label htmlFor={id}>{t('reportWords')}</label>
          <textarea
            id={id}
            rows={4}
            maxLength={2_000}
            value={text}
            onChange={({ target }) => setText(target.value)}
            data-testid="report-words"
          />
        </div>
        {props.failure !== null && (
          <p role="alert" className={s['failure']}>
            {props.failure}
          </p>
        )}
        <Button type="submit" look="danger" isPending={props.isPending} data-testid="send-report">
          {props.send}
        </Button>
      </Stack>
    </Form>
  );
}
