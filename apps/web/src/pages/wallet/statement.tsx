import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useState, type JSX } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import {
  isOlder,
  movementsOf,
  statementQuery,
  type Movement,
  type StatementOf,
  type SumRead,
} from '../../app/wallet.ts';
import { Button, ButtonAnchor } from '../../ui/button.tsx';
import { Chips } from '../../ui/chips.tsx';
import { Stack } from '../../ui/layout.tsx';
import { More } from '../../ui/more.tsx';
import { Empty, Failure, Loading } from '../../ui/states.tsx';
import { Table, type Column } from '../../ui/table.tsx';
import s from './wallet.module.css';

const zoneHere = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

const NOTHING = {
  wallet: { title: 'nothing', text: 'nothingText' },
  earnings: { title: 'nothingEarned', text: 'nothingEarnedText' },
} as const;

const SHOWS = ['all', 'calls', 'incoming'] as const;
const isShown = (show: string, { coins, call }: Movement): boolean =>
  show === 'all' || (show === 'calls' ? call !== null : coins > 0 && call === null);

/** Every movement of the wallet, or of the earnings, a call's units as one, with the balance after it. */
export function Statement({ of = 'wallet', sum }: { of?: StatementOf; sum: SumRead }): JSX.Element {
  const t = useTranslations('wallet');
  const columns = useColumns();
  const [show, setShow] = useState('all');
  const lines = useInfiniteQuery(statementQuery(of));
  const rows = movementsOf(lines.data?.pages.flatMap((page) => page.items) ?? []);
  const older = useLater(lines.data && isOlder({ newest: rows[0], readAt: lines.dataUpdatedAt }, sum));
  return (
    <section className={s['statement']}>
      <div className={s['titled']}>
        <h2>{t('statement')}</h2>
        {rows.length > 0 && (
          <ButtonAnchor
            href={`/api/v1/${of}/statement?format=csv&excel=true`}
            download
            data-testid="statement-csv"
          >
            CSV
          </ButtonAnchor>
        )}
        {rows.length > 0 && (
          <ButtonAnchor
            href={`/api/v1/${of}/statement?format=pdf&zone=${encodeURIComponent(zoneHere())}`}
            download
            data-testid="statement-pdf"
          >
            PDF
          </ButtonAnchor>
        )}
        {rows.length > 0 && of === 'wallet' && (
          <Chips
            label={t('statement')}
            value={show}
            onChange={setShow}
            options={SHOWS.map((id) => ({ id, label: t(id) }))}
          />
        )}
      </div>
      <Older is={older} isReading={lines.isFetching} onRead={() => void lines.refetch()} />
      {lines.isPending ? (
        <Loading />
      ) : lines.isLoadingError ? (
        <Failure error={lines.error} onRetry={() => void lines.refetch()} />
      ) : rows.length === 0 ? (
        <Empty title={t(NOTHING[of].title)} text={t(NOTHING[of].text)} />
      ) : (
        <Stack>
          <Table
            caption={t('statement')}
            columns={columns}
            rows={rows.filter((row) => isShown(show, row))}
            keyOf={(row) => row.id}
            rowTestId="movement"
          />
          <More of={lines}>{t('more')}</More>
        </Stack>
      )}
    </section>
  );
}

/** Says that the account has been moved since the lines were read, with the way to read them anew. */
function Older(props: { is: boolean; isReading: boolean; onRead: () => void }): JSX.Element {
  const t = useTranslations('wallet');
  return (
    <div role="status">
      {props.is && (
        <p className={s['older']} data-testid="statement-older">
          {t('older')}{' '}
          <Button isPending={props.isReading} onPress={props.onRead} data-testid="statement-anew">
            {t('readAnew')}
          </Button>
        </p>
      )}
    </div>
  );
}

/** Mostly it is read anew in that time by itself, and nothing need be said. */
const SAID_AFTER_MS = 1_500;

/** What has been so for a while. */
function useLater(is: boolean | undefined): boolean {
  const [isLater, setLater] = useState(false);
  useEffect(() => {
    if (!is) return setLater(false);
    const timer = setTimeout(() => setLater(true), SAID_AFTER_MS);
    return () => clearTimeout(timer);
  }, [is]);
  return isLater;
}

/** What is written to these is the name of a pack or a state, which is nobody's language. */
const isOfMachine = ({ kind }: Movement): boolean => ['topup', 'bonus', 'chargeback'].includes(kind);

function What({ of }: { of: Movement }): JSX.Element {
  const t = useTranslations('wallet');
  const kind = of.kind === 'payout' && of.coins > 0 ? 'payout_back' : of.kind;
  if (of.call === null) return <>{(isOfMachine(of) ? null : of.memo) ?? t('line', { kind })}</>;
  const name = of.call.with;
  const words = { charge: 'callWith', refund: 'givenBack' } as const;
  return (
    <>
      <Link to="/calls/$callId" params={{ callId: of.call.callId }}>
        {t(words[of.kind as keyof typeof words] ?? 'correctionOf', { name })}
      </Link>{' '}
      <span className="small muted">{of.memo ?? t('minutes', { units: of.units })}</span>
    </>
  );
}

/** Plus and minus as a statement writes them. */
const signed = (coins: number): string => (coins < 0 ? `−${-coins}` : `+${coins}`);

function useColumns(): Column<Movement>[] {
  const t = useTranslations('wallet');
  const format = useFormatter();
  return [
    {
      id: 'what',
      heading: t('what'),
      line: 1,
      cell: (row) => <What of={row} />,
    },
    {
      id: 'when',
      heading: t('when'),
      line: 2,
      cell: (row) => (
        <>
          {format.dateTime(new Date(row.at), { day: 'numeric', month: 'short' })}{' '}
          <span className="clock">{format.dateTime(new Date(row.at), { timeStyle: 'short' })}</span>
        </>
      ),
    },
    {
      id: 'coins',
      heading: t('coins'),
      atEnd: true,
      line: 1,
      cell: (row) => <span className={`digits ${row.coins > 0 ? s['plus'] : ''}`}>{signed(row.coins)}</span>,
    },
    {
      id: 'balance',
      heading: t('balance'),
      atEnd: true,
      line: 2,
      isNamed: true,
      cell: (row) => <span className="digits">{row.balance}</span>,
    },
  ];
}
