import type { Call } from '@latido/react';
import { useEffect, useState } from 'react';
import { api } from '../../app/api.ts';

const AGAIN_MS = 1_000;

/**
 * The id under which a free room has its chat: LiveKit's sid of it, once the server knows by LiveKit's word that we are there. Another one
 * after the room was closed and opened anew; null until then.
 */
export function useRoomChatId(call: Call | null): string | null {
  const [id, setId] = useState<string | null>(null);
  const room = call?.room ?? null;
  const phase = call?.phase;
  const isFree = call !== null && call.answer !== null && call.answer.callId === undefined;
  useEffect(() => {
    if (!room || !isFree || phase !== 'in_call') return;
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async (): Promise<void> => {
      try {
        const sid = await room.getSid();
        await api.send('GET', `/api/v1/calls/${encodeURIComponent(sid)}/messages?limit=1`);
        if (!isOver) setId(sid);
      } catch {
        if (!isOver) timer = setTimeout(() => void look(), AGAIN_MS);
      }
    };
    void look();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [room, isFree, phase]);
  return id;
}
