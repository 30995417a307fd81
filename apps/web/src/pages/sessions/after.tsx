import { formatClock } from '@latido/react';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, type JSX } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { callAt } from '../../app/api.ts';
import { messagesQuery, type Booking } from '../../app/sessions.ts';
import { Badge } from '../../ui/badge.tsx';
import { ButtonLink } from '../../ui/button.tsx';
import { Actions, Card, Stack } from '../../ui/layout.tsx';
import { Loading } from '../../ui/states.tsx';
import { Table, type Column } from '../../ui/table.tsx';
import { Correct, Corrected } from './corrections.tsx';
import { TONES, type Coming } from './verdicts.ts';

const Recorded = lazy(() => import('./recorded.tsx'));

/** What a session was: who came when, what was written, and the record of its call. */
export function After({ session }: { session: Booking }): JSX.Element | null {
  const t = useTranslations('sessions');
  const coming = session.coming ?? [];
  if (session.status === 'CANCELLED') return null;
  const callIds = session.callIds ?? [];
  return (
    <>
      {callIds.map((callId) => (
        <Suspense key={callId} fallback={<Loading />}>
          <Recorded session={session} callId={callId} />
        </Suspense>
      ))}
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
      {callIds.map((callId) => (
        <Written key={callId} callId={callId} />
      ))}
    </>
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
      cell: ({ name }) => name,
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

function Written({ callId }: { callId: string }): JSX.Element | null {
  const t = useTranslations('sessions');
  const format = useFormatter();
  const messages = useQuery(messagesQuery(callId)).data ?? [];
  if (messages.length === 0) return null;
  return (
    <Card testId="written">
      <Stack>
        <h2>{t('written')}</h2>
        {messages.map(({ seq, name, text, at, deletedAt, files }) => (
          <p key={seq} style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
            <strong>{name}</strong>{' '}
            <span className="small muted digits">
              {format.dateTime(new Date(at), { hour: '2-digit', minute: '2-digit' })}
            </span>
            <br />
            {deletedAt === null ? text : <span className="muted">{t('takenBack')}</span>}
            {files.map(({ id, name: file, removedAt }) => (
              <span key={id} style={{ display: 'block' }}>
                {removedAt === null ? (
                  <a href={`${callAt(callId)}/files/${encodeURIComponent(id)}?download=1`}>{file}</a>
                ) : (
                  <span className="muted">{t('takenBack')}</span>
                )}
              </span>
            ))}
          </p>
        ))}
      </Stack>
    </Card>
  );
}
