import { endOf, OwnMedia, type Call, type CallEnd, type MediaChoice } from '@latido/react';
import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { callQuery } from '../../app/api.ts';
import { callIsOver } from '../../app/invitations.ts';
import type { CallSeries } from '../video/call-view.tsx';
import type { Devices } from '../video/use-devices.ts';
import { isOtherCall, type Left, type Standing } from './standing.ts';
import { say } from './say.ts';
import type { useSay } from './use-standing.ts';

/** A call that is over, as its page told it. */
export interface LastCall {
  readonly end: CallEnd;
  readonly beats: readonly number[];
}

/** The call that this page is in. */
interface Joined {
  readonly roomName: string;
  readonly media: MediaChoice;
}

/** The room that the server leads this page into now, if any. */
function roomIn(standing: Standing | undefined, isHere: boolean): string | null {
  if (!standing || !isHere || isOtherCall(standing)) return null;
  const { state, roomName } = standing;
  return (state === 'connecting' || state === 'in_call') && roomName !== undefined ? roomName : null;
}

/**
 * One call after the other on one page: the room that the server names is gone into, with the tracks that the preview or the last
 * call has open, and out of it by Next, or as it ends.
 */
export function useSeries(of: {
  standing: Standing | undefined;
  isHere: boolean;
  devices: Devices;
  say: ReturnType<typeof useSay>;
}) {
  const { standing, isHere, devices } = of;
  const client = useQueryClient();
  const [own] = useState(() => new OwnMedia());
  const [joined, setJoined] = useState<Joined | null>(null);
  const [last, setLast] = useState<LastCall | null>(null);
  const [left, setLeft] = useState<Left | null>(null);
  const over = useRef(new Set<string>());
  const call = useRef<Call | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const wanted = roomIn(standing, isHere);
  useEffect(() => () => own.stop(), [own]);

  // The next room may be told before the last one has been left: each call ends on this page before another begins.
  const isFree = joined === null;
  useEntering(
    { own, devices, wanted: isFree && wanted !== null && !over.current.has(wanted) ? wanted : null },
    setJoined,
  );

  const leave = (end: CallEnd | null): void => {
    // A press of Next and the server's word of the same end: once.
    if (!joined || over.current.has(joined.roomName)) return;
    over.current.add(joined.roomName);
    setLeft({ roomName: joined.roomName, at: Date.now() });
    callIsOver(call.current?.answer?.callId);
    if (end) setLast({ end, beats: [...(call.current?.beats.values() ?? [])][0] ?? [] });
    const { answer } = call.current ?? {};
    if (end?.call === null && answer)
      void endAsAsked(client, end, answer).then((asked) =>
        setLast((old) => (old?.end === end ? { ...old, end: asked } : old)),
      );
    call.current = null;
    setJoined(null);
    const on = own.choice();
    devices.adopt(own.stream(), on);
    void client.invalidateQueries();
  };
  // Who could not be joined, and is gone: offers come again.
  const isPast = joined !== null && failed === joined.roomName && isHere && wanted !== failed;
  useEffect(() => {
    if (isPast && standing !== undefined) leave(null);
  }, [isPast]);
  const next = async (): Promise<void> => {
    const before = call.current;
    if (!joined || !before) return;
    // Whoever pressed first, the call is over for both; who hears it from the server first has left already.
    const state = await of.say.tell(() => say.next(joined.roomName));
    if (state && before.call) leave(endedByMe(before, before.call));
  };
  const series: CallSeries = {
    own,
    onNext: () => void next(),
    isNextPending: of.say.isPending,
    onChange(now) {
      call.current = now;
      setFailed(now.screen === 'failed' ? (joined?.roomName ?? null) : null);
    },
    onEnd: leave,
  };
  return { joined, left, last, series, giveUp: () => leave(null) };
}

/** Goes into the room that is wanted, with what is open at that moment: later changes are the call's own. */
function useEntering(
  { own, devices, wanted }: { own: OwnMedia; devices: Devices; wanted: string | null },
  entered: (joined: Joined) => void,
): void {
  useEffect(() => {
    if (wanted === null) return undefined;
    let isGone = false;
    void enter(own, devices).then((media) => {
      if (isGone) return;
      devices.handOver();
      entered({ roomName: wanted, media });
    });
    return () => {
      isGone = true;
    };
  }, [wanted]);
}

/** Whoever hangs up before the call's first word came is told what it came to all the same. */
async function endAsAsked(
  client: QueryClient,
  end: CallEnd,
  answer: NonNullable<Call['answer']>,
): Promise<CallEnd> {
  const { callId, identity } = answer;
  if (callId === undefined) return end;
  const call = await client.fetchQuery({ ...callQuery(callId), staleTime: 0 }).catch(() => null);
  return call ? endOf(call, identity, { hungUp: end.by === 'me' }) : end;
}

function endedByMe(before: Call, call: NonNullable<Call['call']>): CallEnd {
  return { reason: 'next', by: 'me', lost: null, call, partner: before.partner };
}

async function enter(own: OwnMedia, devices: Devices): Promise<MediaChoice> {
  const { audio, video, microphone, camera, stream, state } = devices;
  if (stream) await own.adopt(stream, { audio, video });
  const isOpen = state === 'ready' || state === 'asking';
  return {
    audio: isOpen && audio,
    video: isOpen && video,
    audioDeviceId: microphone ?? undefined,
    videoDeviceId: camera ?? undefined,
  };
}
