'use client';

import { VideoCallRoom } from '@latido/react';
import { useRouter } from 'next/navigation';

/** The call fills the box that it stands in. Its token comes from this app's own route. */
export function Room({ roomName, participantName }: { roomName: string; participantName: string }) {
  const router = useRouter();
  return (
    <div style={{ height: '100dvh' }}>
      <VideoCallRoom
        roomName={roomName}
        participantName={participantName}
        tokenUrl="/api/livekit/token"
        onDisconnect={() => router.push('/')}
        onLeave={() => router.push('/')}
      />
    </div>
  );
}
