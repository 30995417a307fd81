import { CHAT_MESSAGE, channelOf } from '@latido/protocol';
import type { ChatButton } from '@latido/react';
import { lazy, Suspense, useEffect, useRef, useState, type JSX } from 'react';
import { useMe } from '../../app/api.ts';
import { useFeed } from '../../app/feed.ts';
import { Loading } from '../../ui/states.tsx';
import s from './beside.module.css';

/** Loaded as it is opened. */
const Panel = lazy(() => import('./chat-panel.tsx'));

/** A call's chat on its page: the button in the dock, and what stands beside the video while it is open. */
export interface CallChat {
  readonly button: ChatButton | undefined;
  readonly panel: JSX.Element | null;
  readonly close: () => void;
}

/** The chat of a call once it is known which; until then there is no button. `opened` is told when somebody opens it. */
export function useCallChat(callId: string | null | undefined, opened?: () => void): CallChat {
  const me = useMe();
  const feed = useFeed();
  const [isOpen, setOpen] = useState(false);
  const [unread, setUnread] = useState(0);
  const open = useRef(isOpen);
  open.current = isOpen;
  useEffect(() => {
    setUnread(0);
    if (!callId) return setOpen(false);
    return feed?.subscribe(channelOf.callPresence(callId), (event, payload) => {
      const isOther = (payload as { personId?: unknown } | null)?.personId !== me?.personId;
      if (event === CHAT_MESSAGE && isOther && !open.current) setUnread((count) => count + 1);
    });
  }, [callId, feed, me?.personId]);
  const close = (): void => {
    setOpen(false);
    document.querySelector<HTMLElement>('[data-testid="toggle-chat"]')?.focus();
  };
  const onToggle = (): void => {
    if (isOpen) return close();
    opened?.();
    setUnread(0);
    setOpen(true);
  };
  if (!callId || !me) return { button: undefined, panel: null, close };
  const panel = isOpen ? (
    <div className={s['side']}>
      <Suspense fallback={<Loading />}>
        <Panel key={callId} callId={callId} personId={me.personId} onClose={close} />
      </Suspense>
    </div>
  ) : null;
  return { button: { isOpen, unread, onToggle }, panel, close };
}
