import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useId, useState, type JSX } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import {
  cancelImport,
  importQuery,
  importsQuery,
  readAnew,
  sendImport,
  undoImport,
  type ImportListed,
  type ImportShown,
} from '../../app/collections.ts';
import { useSentence } from '../../app/sentence.ts';
import { Badge, type Tone } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Select } from '../../ui/select.tsx';
import { Card, Page, Stack } from '../../ui/layout.tsx';
import { OnlyWatchers } from '../../ui/only-watchers.tsx';
import { Cell, Row, Rows } from '../../ui/rows.tsx';
import s from './lending.module.css';

/** A file of debtors, credits, payments or assignments: looked at, taken whole or not at all, undone. */
export function ImportPage(): JSX.Element {
  const t = useTranslations('lending');
  return (
    <OnlyWatchers>
      <Page title={t('importTitle')} text={t('importText')} eyebrow={t('title')}>
        <Import />
      </Page>
    </OnlyWatchers>
  );
}

const COLUMNS = {
  debtors: 'name, phone, zone, externalId',
  credits: 'debtorId, amount, currency, endDate, installments, externalId',
  payments: 'creditId, amount, paidAt, id, method',
  assignments: 'debtorId, collectorId',
} as const;
type Kind = keyof typeof COLUMNS;
const KINDS = Object.keys(COLUMNS) as Kind[];

function Import(): JSX.Element {
  const t = useTranslations('lending');
  const client = useQueryClient();
  const sentence = useSentence();
  const fileId = useId();
  const [kind, setKind] = useState<Kind>('debtors');
  const [file, setFile] = useState<File | null>(null);
  const [shownId, setShownId] = useState<string | null>(null);
  const send = useMutation({
    mutationFn: ({ of, preview }: { of: File; preview: boolean }) => sendImport(kind, of, preview),
    onSuccess: async ({ id }) => {
      setShownId(id);
      await readAnew(client);
    },
  });
  return (
    <Stack>
      <Card>
        <div className={s['form']}>
          <Select
            label={t('kind')}
            value={kind}
            onChange={(id) => setKind(id as Kind)}
            options={KINDS.map((id) => ({ id, label: t('kindOf', { kind: id }) }))}
            testId="import-kind"
          />
          <p className="small muted">{t('columns', { columns: COLUMNS[kind] })}</p>
          <div className={s['file']}>
            <label htmlFor={fileId}>{t('file')}</label>
            <input
              id={fileId}
              type="file"
              accept=".csv,.txt,.tsv,.xlsx,text/csv"
              onChange={(event) => setFile(event.target.files?.[0] ?? null)}
              data-testid="import-file"
            />
          </div>
          {send.isError && (
            <p className={s['failure']} role="alert">
              {sentence(send.error)}
            </p>
          )}
          <div className={s['buttons']}>
            {([true, false] as const).map((preview) => (
              <Button
                key={String(preview)}
                {...(preview ? {} : { look: 'primary' as const })}
                isDisabled={file === null}
                isPending={send.isPending}
                onPress={() => file && send.mutate({ of: file, preview })}
                data-testid={preview ? 'import-preview' : 'import-now'}
              >
                {t(preview ? 'preview' : 'importNow')}
              </Button>
            ))}
          </div>
        </div>
      </Card>
      <Report id={shownId} />
      <Before onShow={setShownId} />
    </Stack>
  );
}

const TONES: Readonly<Record<ImportListed['status'], Tone>> = {
  reading: 'plain',
  checked: 'alive',
  done: 'alive',
  refused: 'danger',
  broken: 'danger',
  undone: 'warn',
  cancelled: 'warn',
};

/** What became of a file, in one sentence. */
function useOutcome(): (of: ImportListed) => string {
  const t = useTranslations('lending');
  return ({ status, made, faults, fault }) =>
    ({
      reading: t('reading'),
      checked: t('fits'),
      done: t('done', { made }),
      refused: t('failed', { faults: fault ? 1 : faults }),
      broken: t('broken'),
      undone: t('undone'),
      cancelled: t('cancelled'),
    })[status];
}

function Report({ id }: { id: string | null }): JSX.Element | null {
  const t = useTranslations('lending');
  const outcome = useOutcome();
  const client = useQueryClient();
  const { data } = useQuery(importQuery(id));
  const isOver = data !== undefined && data.status !== 'reading';
  useEffect(() => {
    if (isOver) void readAnew(client);
  }, [isOver, client]);
  if (!data) return null;
  const faults = data.report.filter(({ fault }) => fault !== null);
  return (
    <section className={s['part']} data-testid="import-report">
      <p role="status">
        <Badge tone={TONES[data.status]}>{outcome(data)}</Badge>{' '}
        <span className="small muted">{t('lines', { lines: data.lines })}</span>
      </p>
      {data.fault && <Fault of={{ line: 1, fault: data.fault, madeId: null }} />}
      {faults.length > 0 && (
        <ul className={s['report']}>
          {faults.map((line) => (
            <li key={line.line}>
              <Fault of={line} />
            </li>
          ))}
        </ul>
      )}
      {data.nextLine !== null && faults.length > 0 && <p className="small muted">{t('moreFaults')}</p>}
      <EndButton of={data} />
    </section>
  );
}

function Fault({ of: { line, fault } }: { of: ImportShown['report'][number] }): JSX.Element | null {
  const t = useTranslations('lending');
  if (!fault) return null;
  const key = `fault.${fault.code}`;
  return (
    <span data-testid="import-fault">
      <strong>{t('line', { line })}</strong>
      {fault.column !== null && <> · {t('column', { column: fault.column })}</>}:{' '}
      {t.has(key as 'fault.empty') ? t(key as 'fault.empty') : fault.words}
      {fault.seen !== null && fault.seen !== '' && <code> {fault.seen}</code>}
    </span>
  );
}

/** What can be done about it: it is cancelled while it is read, undone once it is written. */
function EndButton({ of: { id, status } }: { of: ImportListed }): JSX.Element | null {
  const t = useTranslations('lending');
  const client = useQueryClient();
  const sentence = useSentence();
  const isRead = status === 'reading';
  const end = useMutation({
    mutationFn: () => (isRead ? cancelImport(id) : undoImport(id)),
    onSettled: () => readAnew(client),
  });
  if (!isRead && status !== 'done') return null;
  return (
    <div className={s['buttons']}>
      <Button
        isPending={end.isPending}
        onPress={() => end.mutate()}
        data-testid={isRead ? 'import-cancel' : 'import-undo'}
      >
        {t(isRead ? 'cancelImport' : 'undo')}
      </Button>
      {end.isError && (
        <p className={s['failure']} role="alert">
          {sentence(end.error)}
        </p>
      )}
    </div>
  );
}

function Before({ onShow }: { onShow: (id: string) => void }): JSX.Element {
  const t = useTranslations('lending');
  const format = useFormatter();
  const outcome = useOutcome();
  const imports = useQuery(importsQuery);
  const items = imports.data?.items ?? [];
  return (
    <section className={s['part']}>
      <h2>{t('past')}</h2>
      {items.length === 0 ? (
        <p className="muted">{t('noImports')}</p>
      ) : (
        <Rows label={t('past')}>
          {items.map((each) => (
            <Row key={each.id} testId="import-row">
              <Cell part="main">
                <button type="button" className={s['linkish']} onClick={() => onShow(each.id)}>
                  {each.fileName ?? t('kindOf', { kind: each.kind })}
                </button>
                <span className="small muted">
                  {format.dateTime(new Date(each.startedAt), { dateStyle: 'medium', timeStyle: 'short' })}
                </span>
              </Cell>
              <Cell part="side">
                <span className="small muted">{outcome(each)}</span>
              </Cell>
              <Cell part="figure">
                <span className="small muted">{t('lines', { lines: each.lines })}</span>
              </Cell>
              <Cell part="state">
                <Badge tone={TONES[each.status]}>{t('kindOf', { kind: each.kind })}</Badge>
              </Cell>
            </Row>
          ))}
        </Rows>
      )}
    </section>
  );
}
