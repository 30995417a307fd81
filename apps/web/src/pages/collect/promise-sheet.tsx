import { useQueryClient } from '@tanstack/react-query';
import { useState, type JSX } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { readAnew, useChanges, type Credit } from '../../app/collections.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { Form } from '../../ui/form.tsx';
import { useToast } from '../../ui/toast.tsx';
import s from './collect.module.css';
import { changeId, dayAt, numberOf } from './numbers.ts';

interface PromiseSheetProps {
  readonly credit: Credit;
  /** The lender's day. */
  readonly today: string;
  readonly onClose: () => void;
}

/** A day on which the debtor says that they will pay. */
export function PromiseSheet({ credit, today, onClose }: PromiseSheetProps): JSX.Element {
  const t = useTranslations('collect');
  const format = useFormatter();
  const client = useQueryClient();
  const toast = useToast();
  const { add } = useChanges();
  const [day, setDay] = useState(today);
  const [note, setNote] = useState('');
  const [isChecked, setChecked] = useState(false);
  const isPast = day < today;
  const { name } = credit.debtor;
  const submit = (): void => {
    setChecked(true);
    if (isPast) return;
    const id = changeId();
    const words = note.trim() === '' ? {} : { note: note.trim() };
    const change = { id, creditId: credit.id, kind: 'promise', on: day, ...words };
    const said = format.dateTime(dayAt(day), { day: 'numeric', month: 'long' });
    void add({ id, path: '/api/v1/visits', body: change, creditId: credit.id, label: `${name}, ${said}` })
      .then((outcome) => outcome !== 'refused' && toast({ text: t('promiseKept', { name, day: said }) }))
      .then(() => readAnew(client));
    onClose();
  };
  return (
    <Dialog title={t('promise')} isOpen onClose={onClose}>
      <Form className={s['sheet']} onSubmit={submit}>
        <p className="muted">{t('creditOf', { name, number: numberOf(credit) })}</p>
        <Field
          label={t('promiseDay')}
          type="date"
          value={day}
          onChange={setDay}
          error={isChecked && isPast ? t('past') : null}
          testId="promise-day"
        />
        <Field label={t('note')} value={note} onChange={setNote} autoComplete="off" />
        <Button type="submit" look="primary" wide data-testid="keep-promise">
          {t('keepPromise')}
        </Button>
      </Form>
    </Dialog>
  );
}
