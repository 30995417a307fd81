import { formatClock } from '@latido/react';
import type { PlanPreview as Preview, PlanShown } from '@latido/protocol';
import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState, type JSX } from 'react';
import { useTranslations } from 'use-intl';
import { previewQuery, type PlanBody } from '../../app/plans.ts';
import { useSentence } from '../../app/sentence.ts';
import { Field } from '../../ui/field.tsx';
import { Table, type Column } from '../../ui/table.tsx';
import { draftOf, readDraft, readDurations } from './plan-draft.ts';
import s from './plans.module.css';

const FIRST = '30 59 60 65 95 125 300 600 3600';

/** What durations cost by the plan as its fields say it; by the one that is written, where they say the same. */
export function PlanPreview(props: { written: PlanShown | undefined; asked: PlanBody | null }): JSX.Element {
  const t = useTranslations('plans');
  const [text, setText] = useState(FIRST);
  const durations = readDurations(text);
  return (
    <>
      <h3>{t('preview')}</h3>
      <Field
        label={t('seconds')}
        value={text}
        onChange={setText}
        autoComplete="off"
        inputMode="decimal"
        error={durations === null ? t('secondsWrong') : null}
        testId="preview-seconds"
      />
      {props.asked && durations ? (
        <Rows of={isWritten(props) ? { id: props.asked.id } : props.asked} durations={durations} />
      ) : (
        <p className="muted">{t('noPreview')}</p>
      )}
    </>
  );
}

const isWritten = ({ written, asked }: { written: PlanShown | undefined; asked: PlanBody | null }): boolean =>
  written !== undefined && JSON.stringify(readDraft(draftOf(written)).plan) === JSON.stringify(asked);

type Row = Preview['rows'][number];

function Rows(props: { of: { id: string } | PlanBody; durations: readonly number[] }): JSX.Element {
  const t = useTranslations('plans');
  const sentence = useSentence();
  const preview = useQuery(previewQuery(useDeferredValue(props.of), useDeferredValue(props.durations)));
  const columns: Column<Row>[] = [
    {
      id: 'ms',
      heading: t('duration'),
      cell: ({ ms }) => <span className="digits">{formatClock(ms)}</span>,
    },
    {
      id: 'units',
      heading: t('units'),
      atEnd: true,
      cell: ({ units }) => <span className="digits">{units}</span>,
    },
    {
      id: 'coins',
      heading: t('coins'),
      atEnd: true,
      cell: ({ coins }) => <span className="digits">{coins}</span>,
    },
    {
      id: 'share',
      heading: t('share'),
      atEnd: true,
      cell: ({ share }) => <span className="digits">{share}</span>,
    },
  ];
  if (preview.isError)
    return (
      <p className={s['failure']} role="alert">
        {sentence(preview.error)}
      </p>
    );
  return (
    <Table
      caption={t('preview')}
      columns={columns}
      rows={preview.data?.rows ?? []}
      keyOf={({ ms }) => String(ms)}
      rowTestId="preview-row"
    />
  );
}
