import { createApi } from '@latido/client';
import { RoomEvent } from 'livekit-client';
import { useEffect, useMemo, useReducer, useState, useSyncExternalStore } from 'react';
import type { CallPerson, Ringing } from '@latido/protocol';
import type { EngineState, MediaChoice } from './engine-state.ts';
import { CallEngine } from './engine.ts';
import type { Api, Feed } from './follow.ts';
import type { OwnMedia } from './own-media.ts';
import { useRinging } from './ringing.ts';
import { endOf, partnerOf, screenOfState, type CallEnd, type CallScreen } from './screen.ts';
import { useSteady } from './steady.ts';

/** What {@link useCall} is given. Only the first two are needed; all but names and route are read once. */
export interface CallOptions {
  /** The room to be in. Another name leaves this call and joins that one. */
  readonly roomName: string;
  /** What the others see in a free room; in a paid call the server tells the name of the account. */
  readonly participantName: string;
  /** Which of the server's token routes: `token-secure` is a paid call of two, `token` a free room. */
  readonly endpoint?: 'token' | 'token-secure' | undefined;
  /** Another token route than Latido's own; wins over `endpoint`. */
  readonly tokenUrl?: string | undefined;
  /** How the server is asked; default: the page's own origin, with its cookie. */
  readonly api?: Api | undefined;
  /** A live connection to the server; without one the call is asked for every 2 s. */
  readonly feed?: Feed | undefined;
  /** For livekit-client; on loopback no STUN server is asked unless this says so. */
  readonly rtcConfig?: RTCConfiguration | undefined;
  /** What is on at the start, and which devices; default: microphone and camera. */
  readonly media?: MediaChoice | undefined;
  /** Camera and microphone that go on into the next call; without it they are opened and closed with each. */
  readonly own?: OwnMedia | undefined;
}

/** A call as a page sees it. */
export interface Call extends EngineState {
  /** What to draw: one word for our own connection and the server's view of the partner together. */
  readonly screen: CallScreen;
  /** The other one as the server sees them, with why they are away; null before the server's first word and in a free room. */
  readonly partner: CallPerson | null;
  /** While it rings at the other one: whether it reaches them. Null until the server has said. */
  readonly ringing: Ringing | null;
  /** Set once the call has ended. */
  readonly end: CallEnd | null;
  /** Ends a paid call for both and leaves a free room alone; `end` follows with the server's answer. */
  readonly hangUp: () => void;
  /** Joins again: after a failure, or here instead of in the other tab. */
  readonly join: () => void;
  /** After a failure as `elsewhere`: ends that other call, for both of its people, and joins this one. */
  readonly leaveOther: () => void;
  /** The way out after a failure: tells the server that nobody need wait for us. Joining again undoes it. */
  readonly giveUp: () => void;
  /** Takes away what is said of a missing camera or microphone. */
  readonly dismissMediaProblem: () => void;
}

const BOTH_ON: MediaChoice = { audio: true, video: true };

/** Joins a call and follows it to its end. Leaves when the component goes. */
export function useCall(options: CallOptions): Call {
  const { roomName, participantName, endpoint = 'token-secure' } = options;
  const tokenUrl = options.tokenUrl ?? `/api/livekit/${endpoint}`;
  // Read once, as it is for the engine.
  const [api] = useState(() => options.api ?? createApi());
  const engine = useMemo(
    () =>
      new CallEngine({
        roomName,
        participantName,
        tokenUrl,
        api,
        feed: options.feed,
        rtcConfig: options.rtcConfig,
        media: options.media ?? BOTH_ON,
        own: options.own,
      }),
    // What the room is called and how to get in decides the engine; the rest is read once.
    [roomName, participantName, tokenUrl],
  );
  useEffect(() => {
    // A tick later: React's strict mode mounts twice, and one person must not ask for two tokens.
    const timer = setTimeout(engine.start, 0);
    return () => {
      clearTimeout(timer);
      engine.stop();
    };
  }, [engine]);

  // On a server, too, a call is drawn as it begins: nothing has been asked yet.
  const state = useSyncExternalStore(engine.subscribe, engine.snapshot, engine.snapshot);
  const partnersInRoom = usePartnersInRoom(state);
  const identity = state.answer?.identity ?? null;
  const screen = useSteady(screenOfState(state, partnersInRoom));
  const end = screen === 'ended' ? endOf(state.call, identity, state) : null;
  const partner = partnerOf(state.call, identity);
  const ringing = useRinging(api, state.call, partner?.personId);
  return {
    ...state,
    screen,
    partner,
    ringing,
    end,
    hangUp: engine.hangUp,
    join: engine.start,
    leaveOther: engine.leaveOther,
    giveUp: engine.giveUp,
    dismissMediaProblem: engine.dismissMediaProblem,
  };
}

function usePartnersInRoom({ room }: EngineState): number {
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  useEffect(() => {
    if (!room) return;
    const events = [
      RoomEvent.ParticipantConnected,
      RoomEvent.ParticipantDisconnected,
      RoomEvent.Connected,
    ] as const;
    for (const event of events) room.on(event, redraw);
    return () => {
      for (const event of events) room.off(event, redraw);
    };
  }, [room]);
  return room?.remoteParticipants.size ?? 0;
}
