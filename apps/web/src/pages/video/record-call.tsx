import { channelOf, RECORDING_CHANGED, type Recordings } from '@latido/protocol';
import { lazy, Suspense, useEffect, useState, type JSX } from 'react';
import { useTranslations } from 'use-intl';
import { api } from '../../app/api.ts';
import { useFeed } from '../../app/feed.ts';
import { Button } from '../../ui/button.tsx';
import s from './call-view.module.css';

/** Loaded as one of the two wants it, or is asked. */
const Panel = lazy(() => import('./recording-panel.tsx'));

/** Recording in a call of two: a button, and what it takes once somebody has asked. */
export function RecordCall(of: { callId: string; personId: string }): JSX.Element {
  const t = useTranslations('video');
  const feed = useFeed();
  const [isOpen, setOpen] = useState(false);
  const at = `/api/v1/calls/${of.callId}/recordings`;
  useEffect(() => {
    setOpen(false);
    // Who loads the page anew, or comes later, is asked, and sees the sign.
    api.send<Recordings>('GET', at).then(
      ({ items }) => items[0]?.endedAt === null && setOpen(true),
      () => undefined,
    );
    return feed?.subscribe(channelOf.callPresence(of.callId), (event) => {
      if (event === RECORDING_CHANGED) setOpen(true);
    });
  }, [feed, at, of.callId]);
  const ask = async (): Promise<void> => {
    // What is refused is told by the panel.
    await api.send('POST', at).catch(() => undefined);
    setOpen(true);
  };
  return (
    <div className={s['record']} data-look="dark">
      {isOpen ? (
        <Suspense>
          <Panel {...of} />
        </Suspense>
      ) : (
        <Button onPress={() => void ask()} data-testid="open-recording">
          {t('record')}
        </Button>
      )}
    </div>
  );
}
