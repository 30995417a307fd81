import type { Call } from '@latido/react';
import { useBlocker } from '@tanstack/react-router';
import type { JSX, RefObject } from 'react';
import { callIsOver } from '../../app/invitations.ts';
import { LeaveDialog } from './leave-dialog.tsx';

const OUT_OF_CALL: readonly Call['screen'][] = ['ended', 'failed', 'duplicate'];

/** Whether a call is on here, so that leaving the page would leave it. */
export function isWithin(call: Call | null): call is Call {
  return call !== null && !OUT_OF_CALL.includes(call.screen);
}

/**
 * Whoever leaves the page in a call is asked first, in every way one can leave: another page of ours or "back" by a
 * dialog, after which going hangs up (a partner is not left to wait for a person who went on purpose); closing the tab
 * and other sites by the browser's own question. Accepting another call has said so already.
 */
export function useLeaving(current: RefObject<Call | null>): JSX.Element {
  const hangUp = (): void => {
    callIsOver(current.current?.answer?.callId);
    current.current?.hangUp();
  };
  const blocker = useBlocker({
    enableBeforeUnload: () => isWithin(current.current),
    withResolver: true,
    shouldBlockFn: ({ next }) => {
      if (!isWithin(current.current)) return false;
      const accepted = next.pathname === '/video' && (next.search as { room?: string }).room !== undefined;
      if (accepted) hangUp();
      return !accepted;
    },
  });
  return (
    <LeaveDialog
      isOpen={blocker.status === 'blocked'}
      onStay={() => blocker.reset?.()}
      onLeave={() => {
        hangUp();
        blocker.proceed?.();
      }}
    />
  );
}
