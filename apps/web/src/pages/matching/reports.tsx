import type { Report } from '@latido/protocol';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState, type JSX } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { api } from '../../app/api.ts';
import { useSentence } from '../../app/sentence.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Chips } from '../../ui/chips.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { Form } from '../../ui/form.tsx';
import { Card, Stack } from '../../ui/layout.tsx';
import { More } from '../../ui/more.tsx';
import { Empty, Failure, Loading } from '../../ui/states.tsx';
import { useToast } from '../../ui/toast.tsx';
import s from './reports.module.css';

interface Listed {
  readonly items: readonly Report[];
  readonly nextCursor: string | null;
}

const ASK_EVERY_MS = 10_000;

/** What people reported of each other: the desk reads it, does something about it, and says what. */
export function Reports(): JSX.Element {
  const t = useTranslations('meet');
  const [status, setStatus] = useState('open');
  const reports = useInfiniteQuery({
    queryKey: ['reports', status],
    initialPageParam: '',
    queryFn: ({ pageParam }) =>
      api.send<Listed>('GET', `/api/v1/reports?status=${status}${pageParam && `&cursor=${pageParam}`}`),
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    refetchInterval: ASK_EVERY_MS,
  });
  const items = reports.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Stack>
      <h2>{t('reports')}</h2>
      <Chips
        label={t('reports')}
        value={status}
        onChange={setStatus}
        options={[
          { id: 'open', label: t('reportsOpen') },
          { id: 'closed', label: t('reportsClosed') },
        ]}
      />
      {reports.isPending ? (
        <Loading />
      ) : reports.isLoadingError ? (
        <Failure error={reports.error} onRetry={() => void reports.refetch()} />
      ) : items.length === 0 ? (
        <Empty title={t('noReports')} text={t('noReportsText')} />
      ) : (
        <ul className={s['list']}>
          {items.map((report) => (
            <li key={report.id}>
              <ReportCard report={report} />
            </li>
          ))}
        </ul>
      )}
      <More of={reports}>{t('moreReports')}</More>
    </Stack>
  );
}

function ReportCard({ report }: { report: Report }): JSX.Element {
  const t = useTranslations('meet');
  const format = useFormatter();
  const [closes, setCloses] = useState(false);
  const { by, of } = report;
  const at = format.dateTime(new Date(report.at), { dateStyle: 'medium', timeStyle: 'short' });
  return (
    <Card testId="report-row">
      <div className={s['head']}>
        <h3>{t('reportBy', { by: by.name, of: of.name })}</h3>
        <Badge tone="warn">{t('reasonOf', { reason: report.reason })}</Badge>
      </div>
      <p className="small muted">{at}</p>
      {report.text !== null && <blockquote className={s['words']}>{report.text}</blockquote>}
      {report.note !== null && <p data-testid="report-note">{report.note}</p>}
      <div className={s['ways']}>
        <Link to="/calls/$callId" params={{ callId: report.callId }}>
          {t('theCall')}
        </Link>
        <Link to="/admin/people/$personId" params={{ personId: of.personId }}>
          {t('personOf', { name: of.name })}
        </Link>
        {report.closedAt === null && (
          <Button onPress={() => setCloses(true)} data-testid="close-report">
            {t('closeReport')}
          </Button>
        )}
      </div>
      {closes && <CloseDialog report={report} onClose={() => setCloses(false)} />}
    </Card>
  );
}

function CloseDialog({ report, onClose }: { report: Report; onClose: () => void }): JSX.Element {
  const t = useTranslations('meet');
  const sentence = useSentence();
  const toast = useToast();
  const client = useQueryClient();
  const [note, setNote] = useState('');
  const [tried, setTried] = useState(false);
  const isEmpty = note.trim() === '';
  const close = useMutation({
    mutationFn: () => api.send('POST', `/api/v1/reports/${report.id}/close`, { note: note.trim() }),
    async onSuccess() {
      await client.invalidateQueries({ queryKey: ['reports'] });
      toast({ text: t('closed') });
      onClose();
    },
  });
  const fault = tried && isEmpty ? t('closeNote') : close.isError ? sentence(close.error) : null;
  return (
    <Dialog title={t('reportBy', { by: report.by.name, of: report.of.name })} isOpen onClose={onClose}>
      <Form
        onSubmit={() => {
          setTried(true);
          if (!isEmpty) close.mutate();
        }}
      >
        <Stack>
          <Field label={t('closeNote')} value={note} onChange={setNote} error={fault} testId="close-note" />
          <Button type="submit" look="primary" isPending={close.isPending} data-testid="close-report-sure">
            {t('closeReport')}
          </Button>
        </Stack>
      </Form>
    </Dialog>
  );
}
