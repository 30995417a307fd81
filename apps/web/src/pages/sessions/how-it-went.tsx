import { formatClock } from '@latido/react';
import type { JSX } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import type { Booking } from '../../app/sessions.ts';
import { Badge } from '../../ui/badge.tsx';
import { ButtonLink } from '../../ui/button.tsx';
import { Actions, Card, Stack } from '../../ui/layout.tsx';
import { Table, type Column } from '../../ui/table.tsx';
import { Correct, Corrected } from './corrections.tsx';
import { TONES, type Coming } from './verdicts.ts';

/** How everybody came, corrections, and the record behind it. */
export function HowItWent({ session }: { session: Booking }): JSX.Element {
  const t = useTranslations('sessions');
  const coming = session.coming ?? [];
  return (
    <Card testId="coming">
      <Stack>
        <h2>{t('coming')}</h2>
        <p className="muted">{session.role === 'mentee' ? t('comingOwn') : t('comingText')}</p>
        <Came coming={coming} />
        <Corrected coming={coming} />
        <Correct session={session} />
        {session.callId !== null && (
          <Actions>
            <ButtonLink to="/calls/$callId" params={{ callId: session.callId }}>
              {t('record')}
            </ButtonLink>
          </Actions>
        )}
      </Stack>
    </Card>
  );
}

function Came({ coming }: { coming: readonly Coming[] }): JSX.Element {
  const t = useTranslations('sessions');
  const format = useFormatter();
  const clock = (at: string | null): string =>
    at === null ? '–' : format.dateTime(new Date(at), { hour: '2-digit', minute: '2-digit' });
  const columns: readonly Column<Coming>[] = [
    {
      id: 'name',
      heading: t('who'),
      cell: ({ name, isGuest }) => (
        <>
          {name}
          {isGuest && <span className="muted"> · {t('guest')}</span>}
        </>
      ),
      sortBy: ({ name }) => name,
      line: 1,
      isNamed: false,
    },
    {
      id: 'verdict',
      heading: t('verdictHead'),
      cell: ({ verdict }) => <Badge tone={TONES[verdict]}>{t('verdict', { verdict })}</Badge>,
      line: 1,
      isNamed: false,
    },
    { id: 'from', heading: t('from'), cell: ({ firstJoinAt }) => clock(firstJoinAt), line: 2, isNamed: true },
    {
      id: 'there',
      heading: t('there'),
      cell: ({ presentMs }) => formatClock(presentMs),
      line: 2,
      isNamed: true,
      atEnd: true,
    },
    {
      id: 'waited',
      heading: t('waitedHead'),
      cell: ({ waitedMs }) => formatClock(waitedMs),
      line: 2,
      isNamed: true,
      atEnd: true,
    },
    ...(['camera', 'microphone', 'screen'] as const).map((id): Column<Coming> => ({
      id,
      heading: t(id),
      cell: (line) => formatClock(line[`${id}Ms`]),
      line: 2,
      isNamed: true,
      atEnd: true,
    })),
    {
      id: 'messages',
      heading: t('written'),
      cell: ({ messages }) => messages,
      line: 2,
      isNamed: true,
      atEnd: true,
    },
  ];
  return (
    <Table
      caption={t('coming')}
      columns={columns}
      rows={coming}
      keyOf={({ personId }) => personId}
      rowTestId="came"
    />
  );
}
