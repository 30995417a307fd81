import {
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
  type UseQueryResult,
} from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useDeferredValue, useState, type JSX } from 'react';
import { useTranslations } from 'use-intl';
import {
  assignMany,
  debtorsQuery,
  overviewQuery,
  readAnew,
  useLiveCollections,
  type DebtorListed,
} from '../../app/collections.ts';
import { useSentence } from '../../app/sentence.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Select, type Option } from '../../ui/select.tsx';
import { Page, Stack } from '../../ui/layout.tsx';
import { More } from '../../ui/more.tsx';
import { OnlyWatchers } from '../../ui/only-watchers.tsx';
import { Cell, Row, RowLink, Rows } from '../../ui/rows.tsx';
import { Empty, Failure, Loading } from '../../ui/states.tsx';
import { useToast } from '../../ui/toast.tsx';
import { Owes } from '../collect/debtors-page.tsx';
import s from './lending.module.css';

/** Debtors, and who collects from them: many change hands at once. */
export function AssignPage(): JSX.Element {
  return (
    <OnlyWatchers>
      <Debtors />
    </OnlyWatchers>
  );
}

/** The people who collect. */
function useCollectors(): readonly Option[] {
  const overview = useQuery(overviewQuery);
  return (overview.data?.collectors ?? []).flatMap(({ collectorId, name }) =>
    collectorId === null || name === null ? [] : [{ id: collectorId, label: name }],
  );
}

function Debtors(): JSX.Element {
  const t = useTranslations('lending');
  const words = useTranslations('collect');
  const navigate = useNavigate();
  const { collector = '' } = useSearch({ from: '/lending/debtors' });
  const collectors = useCollectors();
  const [q, setQ] = useState('');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const debtors = useInfiniteQuery(debtorsQuery({ q: useDeferredValue(q), collectorId: collector }));
  useLiveCollections();
  const rows = debtors.data?.pages.flatMap(({ items }) => items) ?? [];
  const shown = rows.filter(({ id }) => chosen.has(id)).length;
  const show = (id: string): void => {
    setChosen(new Set());
    void navigate({ to: '/lending/debtors', search: id === '' ? {} : { collector: id }, replace: true });
  };
  const choose = (ids: readonly string[], isChosen: boolean): void =>
    setChosen((before) => {
      const after = new Set(before);
      for (const id of ids) after[isChosen ? 'add' : 'delete'](id);
      return after;
    });
  return (
    <Page title={t('debtorsTitle')} text={t('debtorsText')} eyebrow={t('title')}>
      <Stack>
        <div className={s['filter']}>
          <Field
            label={words('search')}
            value={q}
            onChange={setQ}
            autoComplete="off"
            testId="debtor-search"
          />
          <Select
            label={t('whose')}
            value={collector}
            onChange={show}
            options={[{ id: '', label: t('anybody') }, { id: 'none', label: t('nobodys') }, ...collectors]}
            testId="whose"
          />
        </div>
        <GiveBar
          chosen={chosen}
          collectors={collectors}
          isWhole={rows.length > 0 && shown === rows.length}
          onAll={(isChosen) =>
            choose(
              rows.map(({ id }) => id),
              isChosen,
            )
          }
          onGiven={() => setChosen(new Set())}
        />
        <Found
          debtors={debtors}
          rows={rows}
          collectors={collectors}
          chosen={chosen}
          onChoose={(id, isChosen) => choose([id], isChosen)}
        />
        <More of={debtors}>{words('more')}</More>
      </Stack>
    </Page>
  );
}

function Found(props: {
  debtors: Pick<UseQueryResult, 'isPending' | 'isLoadingError' | 'error' | 'refetch'>;
  rows: readonly DebtorListed[];
  collectors: readonly Option[];
  chosen: ReadonlySet<string>;
  onChoose: (id: string, isChosen: boolean) => void;
}): JSX.Element {
  const t = useTranslations('lending');
  const words = useTranslations('collect');
  const { debtors, rows, collectors, chosen, onChoose } = props;
  if (debtors.isPending) return <Loading />;
  if (debtors.isLoadingError) return <Failure error={debtors.error} onRetry={() => void debtors.refetch()} />;
  if (rows.length === 0) return <Empty title={words('noDebtors')} text={t('noCollectorsText')} />;
  return (
    <Rows label={t('debtorsTitle')}>
      {rows.map((debtor) => (
        <DebtorRow
          key={debtor.id}
          debtor={debtor}
          collector={collectors.find(({ id }) => id === debtor.collectorId)?.label}
          isChosen={chosen.has(debtor.id)}
          onChoose={(isChosen) => onChoose(debtor.id, isChosen)}
        />
      ))}
    </Rows>
  );
}

function DebtorRow(props: {
  debtor: DebtorListed;
  collector: string | undefined;
  isChosen: boolean;
  onChoose: (isChosen: boolean) => void;
}): JSX.Element {
  const t = useTranslations('lending');
  const words = useTranslations('collect');
  const { debtor } = props;
  return (
    <Row testId="debtor-row">
      <Cell part="main">
        <span className={s['named']}>
          <label className={s['check']}>
            <input
              type="checkbox"
              checked={props.isChosen}
              onChange={(event) => props.onChoose(event.target.checked)}
              aria-label={t('choose', { name: debtor.name })}
              data-testid="choose-debtor"
            />
          </label>
          <RowLink to="/debtors/$debtorId" params={{ debtorId: debtor.id }}>
            {debtor.name}
          </RowLink>
        </span>
      </Cell>
      <Cell part="side">
        <span className="small muted">
          {[debtor.collectorId === null ? t('nobodys') : props.collector, debtor.zone]
            .filter(Boolean)
            .join(' · ')}
        </span>
      </Cell>
      <Cell part="figure">
        <Owes of={debtor.owes} />
      </Cell>
      <Cell part="state">
        <span className="small muted">{words('creditsOpen', { credits: debtor.credits })}</span>
      </Cell>
    </Row>
  );
}

function GiveBar(props: {
  chosen: ReadonlySet<string>;
  collectors: readonly Option[];
  isWhole: boolean;
  onAll: (isChosen: boolean) => void;
  onGiven: () => void;
}): JSX.Element {
  const t = useTranslations('lending');
  const client = useQueryClient();
  const toast = useToast();
  const sentence = useSentence();
  const { chosen, collectors } = props;
  const [wanted, setWanted] = useState<string | null>(null);
  const to = wanted ?? collectors[0]?.id ?? '';
  const give = useMutation({
    mutationFn: () => assignMany([...chosen], to),
    onSuccess: async ({ assigned }) => {
      toast({ text: t('given', { assigned, name: collectors.find(({ id }) => id === to)?.label ?? '' }) });
      props.onGiven();
      await readAnew(client);
    },
    onError: (error) => toast({ text: sentence(error), tone: 'danger' }),
  });
  return (
    <div className={s['give']}>
      <label className={s['all']}>
        <input
          type="checkbox"
          checked={props.isWhole}
          onChange={(event) => props.onAll(event.target.checked)}
          data-testid="choose-all"
        />
        {t('chooseAll')}
      </label>
      <span className="small muted" role="status">
        {t('chosen', { count: chosen.size })}
      </span>
      <Select label={t('to')} value={to} onChange={setWanted} options={collectors} testId="give-to" />
      <Button
        look="primary"
        isDisabled={chosen.size === 0 || to === ''}
        isPending={give.isPending}
        onPress={() => give.mutate()}
        data-testid="give"
      >
        {t('give')}
      </Button>
    </div>
  );
}
