import { useQuery } from '@tanstack/react-query';
import type { JSX } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { callAt } from '../../app/api.ts';
import { messagesQuery } from '../../app/sessions.ts';
import { Card, Stack } from '../../ui/layout.tsx';
import { filmsOf, isFilmed, useRecorded } from './films.ts';
import { usePlace } from './place.tsx';
import s from './sessions.module.css';

/** What was written in a call of a session. A time that was recorded leads there. */
export function Written({ callId }: { callId: string }): JSX.Element | null {
  const t = useTranslations('sessions');
  const messages = useQuery(messagesQuery(callId)).data ?? [];
  const films = filmsOf(useRecorded(callId) ?? []);
  if (messages.length === 0) return null;
  return (
    <Card testId="written">
      <Stack>
        <h2>{t('written')}</h2>
        {messages.map(({ seq, name, text, at, deletedAt, files }) => (
          <p key={seq} className={s['message']}>
            <strong>{name}</strong> <Time at={Date.parse(at)} isFilmed={isFilmed(films, Date.parse(at))} />
            <br />
            {deletedAt === null ? text : <span className="muted">{t('takenBack')}</span>}
            {files.map(({ id, name: file, removedAt }) => (
              <span key={id} className={s['file']}>
                {removedAt === null ? (
                  <a href={`${callAt(callId)}/files/${encodeURIComponent(id)}?download=1`}>{file}</a>
                ) : (
                  <span className="muted">{t('takenBack')}</span>
                )}
              </span>
            ))}
          </p>
        ))}
        {messages.some(({ at }) => isFilmed(films, Date.parse(at))) && (
          <p className="small muted">{t('timesLead')}</p>
        )}
      </Stack>
    </Card>
  );
}

function Time({ at, isFilmed }: { at: number; isFilmed: boolean }): JSX.Element {
  const t = useTranslations('sessions');
  const format = useFormatter();
  const { seek } = usePlace();
  const time = format.dateTime(new Date(at), { hour: '2-digit', minute: '2-digit' });
  if (!isFilmed) return <span className="small muted digits">{time}</span>;
  return (
    <button
      type="button"
      className={s['time']}
      aria-label={t('lookAt', { time })}
      onClick={() => seek(at)}
      data-testid="look-at"
    >
      {time}
    </button>
  );
}
