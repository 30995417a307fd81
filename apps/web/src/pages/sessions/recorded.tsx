import type { Recordings } from '@latido/protocol';
import { CallRecordingsList, enRecordingLabels, esRecordingLabels } from '@latido/react/recording';
import '@latido/react/recording.css';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useState, type JSX } from 'react';
import { useTranslations } from 'use-intl';
import { api, callAt } from '../../app/api.ts';
import { usePreferences } from '../../app/preferences.tsx';
import type { Booking } from '../../app/sessions.ts';
import { Badge } from '../../ui/badge.tsx';
import { Card } from '../../ui/layout.tsx';
import { Record } from '../attendance/record.tsx';
import s from './sessions.module.css';
import { TONES } from './verdicts.ts';

/**
 * What was recorded of a session, and for its mentor and staff below it who was there, on one axis: a place in a lane is a place in the
 * recording.
 */
export default function Recorded({ session, callId }: { session: Booking; callId: string }): JSX.Element {
  const { locale } = usePreferences();
  const t = useTranslations('sessions');
  const labels = locale === 'es' ? esRecordingLabels : enRecordingLabels;
  const [look, setLook] = useState<{ at: number }>();
  const [playsAt, setPlaysAt] = useState<number | null>(null);
  const onSeek = useCallback((at: number) => {
    setLook({ at });
    setPlaysAt(at);
  }, []);
  const at = callAt(callId);
  const { data } = useQuery({
    queryKey: ['recordings', callId],
    queryFn: () => api.send<Recordings>('GET', `${at}/recordings`),
  });
  const items = data?.items;
  const films = useMemo(
    () => ({ ...filmsOf(items ?? [], labels.chapter), playsAt, onSeek }),
    [items, labels, playsAt, onSeek],
  );
  const verdictOf = (personId: string | null) => {
    const verdict = session.coming?.find((each) => each.personId === personId)?.verdict;
    return verdict && <Badge tone={TONES[verdict]}>{t('verdict', { verdict })}</Badge>;
  };
  return (
    <>
      {items && items.length > 0 && (
        <Card>
          <div className={s['recorded']}>
            <CallRecordingsList callId={callId} api={api} labels={labels} look={look} onPlay={setPlaysAt} />
          </div>
        </Card>
      )}
      {session.role !== 'mentee' && (
        <Record
          at={at}
          live={false}
          films={films}
          beside={({ personId }) => verdictOf(personId)}
          waits={({ personId }) => waitsOf(session, personId)}
        />
      )}
    </>
  );
}

/** When somebody waited in the lobby, by the clock. */
const waitsOf = ({ coming }: Booking, personId: string | null) =>
  (coming?.find((each) => each.personId === personId)?.waits ?? []).map(({ from, to }) => ({
    fromAt: Date.parse(from),
    toAt: Date.parse(to),
  }));

type Chapter = Recordings['items'][number]['chapters'][number];

/** Files and chapters by the clock. */
function filmsOf(
  recordings: Recordings['items'],
  words: Readonly<{ [K in Chapter['kind']]: (name: string) => string }>,
) {
  const films = recordings
    .filter(({ deletedAt }) => deletedAt === null)
    .flatMap(({ parts, chapters }) =>
      parts.map(({ n, startedAt, durationMs }) => {
        const fromAt = Date.parse(startedAt);
        const own = chapters.filter(({ part }) => part === n);
        return {
          part: { fromAt, toAt: fromAt + (durationMs ?? 0) },
          chapters: own.map(({ atMs, kind, name }) => ({ at: fromAt + atMs, name: words[kind](name) })),
        };
      }),
    );
  return { parts: films.map(({ part }) => part), chapters: films.flatMap(({ chapters }) => chapters) };
}
