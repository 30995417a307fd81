import { VideoCallRoom } from '@latido/react';
import '@latido/react/styles.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

/** A page that knows nothing of Latido but its component: a box with a height, and the three props. */
const { room = 'room-7', name = 'Alice' } = Object.fromEntries(new URLSearchParams(location.search));
const box = document.getElementById('call');
if (box) {
  createRoot(box).render(
    <StrictMode>
      <VideoCallRoom
        roomName={room}
        participantName={name}
        onDisconnect={({ reason, by }) => {
          document.title = `${reason} by ${by}`;
        }}
      />
    </StrictMode>,
  );
}
