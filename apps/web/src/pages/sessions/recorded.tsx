import { CallRecordingsList, enRecordingLabels, esRecordingLabels } from '@latido/react/recording';
import '@latido/react/recording.css';
import { useMemo, type JSX } from 'react';
import { useTranslations } from 'use-intl';
import { api, callAt } from '../../app/api.ts';
import { usePreferences } from '../../app/preferences.tsx';
import type { Booking } from '../../app/sessions.ts';
import { Badge } from '../../ui/badge.tsx';
import { Card } from '../../ui/layout.tsx';
import { Record } from '../attendance/record.tsx';
import { filmsOf, useRecorded } from './films.ts';
import { usePlace } from './place.tsx';
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
  const { look, playsAt, seek, plays } = usePlace();
  const at = callAt(callId);
  const items = useRecorded(callId);
  const films = useMemo(() => {
    const parts = filmsOf(items ?? []);
    const chapters = parts.flatMap(({ recording, part: { n }, fromAt }) =>
      recording.chapters
        .filter(({ part }) => part === n)
        .map(({ atMs, kind, name }) => ({ at: fromAt + atMs, name: labels.chapter[kind](name) })),
    );
    return { parts, chapters, playsAt, onSeek: seek };
  }, [items, labels, playsAt, seek]);
  const verdictOf = (personId: string | null) => {
    const verdict = session.coming?.find((each) => each.personId === personId)?.verdict;
    return verdict && <Badge tone={TONES[verdict]}>{t('verdict', { verdict })}</Badge>;
  };
  return (
    <>
      {items && items.length > 0 && (
        <Card>
          <div className={s['recorded']}>
            <CallRecordingsList callId={callId} api={api} labels={labels} look={look} onPlay={plays} />
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
          absent={(session.coming ?? [])
            .filter(({ firstJoinAt }) => firstJoinAt === null)
            .map(({ personId, name }) => ({
              key: personId,
              name,
              waits: waitsOf(session, personId),
              beside: verdictOf(personId),
            }))}
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
