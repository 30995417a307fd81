import { enLabels, esLabels, VideoCallRoom, type Call, type CallEnd, type MediaChoice } from '@latido/react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState, type JSX } from 'react';
import { api, pays, walletQuery, type Me } from '../../app/api.ts';
import { useFeed } from '../../app/feed.ts';
import { usePreferences } from '../../app/preferences.tsx';
import { useFullWindow } from '../../ui/app-shell.tsx';
import s from './call-view.module.css';
import { EndPage } from './end-page.tsx';

/** Props of {@link CallView}. */
export interface CallViewProps {
  readonly me: Me;
  readonly roomName: string;
  readonly media: MediaChoice;
  /** Back to getting ready. */
  readonly onLeave: () => void;
  /** Calls the same person again. */
  readonly onAgain: (partnerId: string) => void;
}

/** A paid call of two: video fills the window until it ends, then the summary takes the page. */
export function CallView({ me, roomName, media, onLeave, onAgain }: CallViewProps): JSX.Element {
  const { locale } = usePreferences();
  const feed = useFeed();
  const client = useQueryClient();
  const [ended, setEnded] = useState(false);
  const coins = useRef<number | null>(null);
  const wallet = useQuery({ ...walletQuery, enabled: pays(me) });
  useFullWindow(ended ? null : roomName);

  const follow = (call: Call): void => {
    const charged = call.call?.coins ?? null;
    if (charged !== coins.current) void client.invalidateQueries({ queryKey: walletQuery.queryKey });
    coins.current = charged;
  };
  const end = (): void => {
    setEnded(true);
    void client.invalidateQueries();
  };
  return (
    <div className={ended ? s['after'] : s['full']}>
      <VideoCallRoom
        roomName={roomName}
        participantName={me.name}
        endpoint="token-secure"
        api={api}
        feed={feed}
        media={media}
        labels={locale === 'es' ? esLabels : enLabels}
        balance={wallet.data?.balance}
        onChange={follow}
        onDisconnect={end}
        onLeave={onLeave}
        renderEnd={(how: CallEnd, call: Call) => (
          <EndPage
            me={me}
            end={how}
            beats={[...call.beats.values()][0] ?? []}
            onLeave={onLeave}
            onAgain={onAgain}
          />
        )}
      />
    </div>
  );
}
